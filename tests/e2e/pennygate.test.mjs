// pennygate's commands: what init writes has no fault once the key is in it,
// nothing is overwritten, every fault is told at once, and usage, manual and
// program agree.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync,
	writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Gate } from './gate.mjs';

const program = process.env.PENNYGATE ??
	fileURLToPath(new URL('../../build/bin/pennygate', import.meta.url));

function run(...words) {
	const { status, stdout, stderr } = spawnSync(program, words,
		{ encoding: 'utf8', input: '' });

	return { status, stdout, stderr };
}

describe('init', () => {
	const gate = new Gate();
	let folder;

	before(async () => {
		await gate.open(); // for its release
		folder = mkdtempSync(join(tmpdir(), 'init-'));
	});
	after(async () => {
		rmSync(folder, { recursive: true, force: true });
		await gate.close();
	});

	it('writes secrets for one pair of eyes', () => {
		const { status, stdout, stderr } = run('init', '-C', folder,
			'--site', join(gate.folder, 'site'), '--url', gate.url);

		assert.equal(status, 0, stderr);
		assert.match(stdout, /gate\.yaml/);
		const mode = (path) => statSync(join(folder, path)).mode & 0o777;

		assert.equal(mode('stripe.key'), 0o600);
		assert.equal(mode('webhook.key'), 0o600);
		assert.equal(mode('keys'), 0o700);
		assert.equal(mode('data'), 0o700);
		const [key] = readdirSync(join(folder, 'keys'));

		assert.match(key, /^[\w-]{43}\.key$/);
		assert.equal(mode(`keys/${key}`), 0o600);
		assert.match(readFileSync(join(folder, 'webhook.key'), 'utf8'),
			/^whsec_[\w-]{32}\n$/);
	});

	it('is complete but for the payment key', () => {
		const config = join(folder, 'gate.yaml');
		const first = run('-n', '-c', config);

		assert.equal(first.status, 1);
		assert.match(first.stderr, /still holds the example/);
		assert.equal(first.stderr.match(/^error:/gm).length, 1);
		writeFileSync(join(folder, 'stripe.key'), 'sk_test_1\n');
		const second = run('-n', '-c', config);

		assert.equal(second.status, 0, second.stderr);
		assert.match(second.stdout, /no fault/);
	});

	it('overwrites nothing', () => {
		const before_ = readdirSync(folder).map((name) =>
			[name, statSync(join(folder, name)).mtimeMs]);
		const { status, stderr } = run('init', folder);

		assert.equal(status, 1);
		assert.match(stderr, /gate\.yaml: is there already/);
		assert.deepEqual(readdirSync(folder).map((name) =>
			[name, statSync(join(folder, name)).mtimeMs]), before_);
	});

	it('lists no orders before there are any', async () => {
		gate.writeConfig();
		assert.notEqual(run('orders', '-c', gate.config).status, 0);
		await gate.start();
		assert.match(gate.run('orders'), /^0 orders\n$/);
		assert.deepEqual(JSON.parse(gate.run('orders', '--json')),
			{ orders: [], events: [] });
		assert.equal(run('orders', 'show', 'o_x', '-c', gate.config).status,
			1);
	});
});

describe('-n', () => {
	it('tells every fault at once, with its line', () => {
		const folder = mkdtempSync(join(tmpdir(), 'faults-'));
		const config = join(folder, 'gate.yaml');

		writeFileSync(config, 'url: http://example.org\nsite: site\n' +
			'lisen: 127.0.0.1:80\ndata: data\nkeys: keys\n' +
			'token_hours: 9999\npayment:\n  secret_key_file: a\n');
		const { status, stderr } = run('-n', '-c', config);

		assert.equal(status, 1);
		for (const line of [1, 3, 6])
			assert.match(stderr, new RegExp(`gate\\.yaml:${line}:`));
		assert.match(stderr, /did you mean listen\?/);
		assert.match(stderr, /'webhook_secret_file' is missing/);
		rmSync(folder, { recursive: true });
	});
});

describe('usage, manual and program', () => {
	const manual = readFileSync(
		new URL('../../gateway/pennygate.8', import.meta.url), 'utf8');
	const [synopsis] = /\.Sh SYNOPSIS\n[^]*?(?=\.Sh DESC)/.exec(manual);
	const ways = synopsis.split('.Nm\n').slice(1);

	/** The options in a text, as the manual or the program writes them. */
	const options = (text) => [...new Set(text.replaceAll('Fl \\-', ' --')
		.replaceAll('Fl ', ' -').match(/(?<=[\s[(|])--?[a-z][a-z-]*|-C\b/g) ??
		[])].sort();

	for (const command of ['serve', 'init', 'keygen', 'token', 'orders',
		'export', 'forget']) {
		it(`agree on ${command}`, () => {
			const wrong = run(command, '--no-such-option');
			const text = ways.filter((way) =>
				way.startsWith(`.Cm ${command}`)).join('');

			assert.equal(wrong.status, 2);
			assert.match(wrong.stderr,
				new RegExp(`usage: pennygate ${command}`));
			const usage = wrong.stderr.slice(wrong.stderr.indexOf('usage:'));

			assert.deepEqual(options(usage), options(text));
			assert.ok(run('--help').stdout.includes(`  ${command}`));
		});
	}

	it('agree that there is no other command', () => {
		for (const way of ways) {
			const [, command] = /^\.Cm (\w+)/.exec(way) ?? [];

			if (command)
				assert.match(run('--help').stdout,
					new RegExp(`^  ${command} `, 'm'));
		}
		assert.equal(run('no-such-command').status, 2);
		assert.equal(run().status, 2);
	});
});
