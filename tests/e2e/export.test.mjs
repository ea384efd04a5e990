// What readers did, from the till's hands into the generator's: pseudonyms of
// whole hours, purchases that stand, a file that is whole or not there, and
// payments that do not wait for any of it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync,
	writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Gate, secret, until } from './gate.mjs';
import { Till } from './till.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.PENNYGATE ?? join(top, 'build/bin/pennygate');
const generator = process.env.PENNYPRESS ?? join(top, 'build/bin/pennypress');
const hour = 3600;

function run(...words) {
	return spawnSync(program, ['export', ...words], { encoding: 'utf8' });
}

/** The lines of a file of events. */
function lines(text) {
	assert.ok(text.endsWith('\n'));
	return text.split('\n').filter((line) => line && line[0] !== '#')
		.map((line) => {
			const [time, reader, item, kind, weight, ...more] =
				line.split('\t');

			assert.equal(more.length, 0);
			assert.equal(weight, '1');
			assert.match(reader, /^[0-9a-f]{16}$/);
			assert.equal(time % hour, 0, 'a whole hour');
			return { time: Number(time), reader, item, kind };
		});
}

/** What `pennypress` has to say about a file; '' when it takes it. */
function faults(file) {
	const { status, stderr } = spawnSync(generator,
		['recommend', 'eval', '--events', file, join(top, 'content-example')],
		{ encoding: 'utf8', maxBuffer: 1 << 26 });

	return status === 0 ? '' : stderr;
}

describe('purchases, while the gateway runs', () => {
	const gate = new Gate();
	let folder;

	async function buy(offer) {
		const reader = gate.browser();
		const session = await reader.order(offer, '');

		await gate.mint.admin(`sessions/${session}/pay`);
		return gate.state(session, 'paid');
	}

	before(async () => {
		await gate.open();
		await gate.start();
		folder = join(gate.folder, 'site', 'events');
	});
	after(() => gate.close());

	const exported = () => {
		const { status, stdout, stderr } = run('events', '-o', '-', gate.config);

		assert.equal(status, 0, stderr);
		return { text: stdout, stderr };
	};

	it('are none before there are any', () => {
		const { text, stderr } = exported();

		assert.match(text, /^# /);
		assert.deepEqual(lines(text), []);
		assert.match(stderr, /^pennygate: 0 events, 0 of them purchases, of 0 readers about 0 items: standard output$/m);
	});

	it('are one line for each course, and name nobody', async () => {
		const loops = await buy('loops');
		const club = await buy('club');
		const back = await buy('pointers');

		await gate.mint.call('POST', '/v1/refunds',
			{ payment_intent: back.payment });
		await gate.state(back.session, 'refunded');
		await gate.browser().order('both', ''); // never paid
		const { text, stderr } = exported();
		const found = lines(text);

		assert.deepEqual(found.map(({ item, kind }) => `${kind} ${item}`)
			.sort(), ['purchase loops', 'purchase loops',
			'purchase pointers']);
		assert.equal(new Set(found.map(({ reader }) => reader)).size, 2);
		assert.deepEqual([...text.split('\n').slice(2)].sort(),
			text.split('\n').slice(2).sort());
		for (const order of [loops, club, back])
			assert.ok(!text.includes(order.reader));
		assert.match(stderr, /: 3 events, 3 of them purchases, of 2 readers about 2 items: /);
	});

	it('are the same bytes of the same records', () => {
		assert.equal(exported().text, exported().text);
	});

	it('are left out where a line was refunded', async () => {
		const order = await buy('both');
		const count = () => lines(exported().text)
			.filter(({ item }) => item === 'pointers').length;
		const before_ = count();

		await gate.mint.call('POST', '/v1/refunds', { amount: 2950,
			payment_intent: order.payment,
			'metadata[pennypress_line]': 'pointers' });
		await gate.state(order.session, 'partially_refunded');
		await until('the line to be gone', () => count() === before_ - 1);
	});

	it('go where pennypress looks, five files of them', () => {
		mkdirSync(folder, { recursive: true });
		for (const name of ['20250101T000000Z.tsv', '20250102T000000Z.tsv',
			'20250103T000000Z.tsv', '20250104T000000Z.tsv',
			'20250105T000000Z.tsv', 'mine.tsv', '20240101T000000Z.tsv.bak',
			'20240101.tsv'])
			writeFileSync(join(folder, name), '');
		const { status, stderr } = run('events', gate.config);

		assert.equal(status, 0, stderr);
		const names = readdirSync(folder).sort();

		assert.equal(names.length, 8);
		assert.deepEqual(names.slice(0, 6), ['20240101.tsv',
			'20240101T000000Z.tsv.bak', '20250102T000000Z.tsv',
			'20250103T000000Z.tsv', '20250104T000000Z.tsv',
			'20250105T000000Z.tsv']);
		assert.match(names[6], /^20\d{6}T\d{6}Z\.tsv$/);
		assert.ok(stderr.includes(`events/${names[6]}`));
		assert.equal(statSync(join(folder, names[6])).mode & 0o777, 0o644);
		assert.equal(readFileSync(join(folder, names[6]), 'utf8'),
			exported().text);
		assert.equal(faults(join(folder, names[6])), '');
	});

	it('are a whole file or none', () => {
		const own = mkdtempSync(join(tmpdir(), 'export-'));
		const file = join(own, 'a.tsv');

		try {
			assert.equal(run('events', '-o', file, '-c', gate.config).status,
				0);
			assert.equal(readFileSync(file, 'utf8'), exported().text);
			for (const [words, status, said] of [
				[[], 2, /^usage: pennygate export events/],
				[['orders'], 2, /^usage/],
				[['events', '-o'], 2, /usage/],
				[['events', 'a', 'b'], 2, /^usage/],
				[['events', '-c', gate.config, 'b'], 2, /^usage/],
				[['events', '-o', join(own, 'no', 'a'), gate.config], 1,
					/cannot write .*no\/a: No such file/],
				[['events', '-o', own, gate.config], 1, /cannot write/],
				[['events', '-o', file, join(own, 'gate.yaml')], 1,
					/cannot read the configuration/],
			]) {
				const answer = run(...words);

				assert.equal(answer.status, status, `${words}`);
				assert.match(answer.stderr, said);
				assert.equal(answer.stdout, '');
			}
			assert.deepEqual(readdirSync(own), ['a.tsv']);
		} finally {
			rmSync(own, { recursive: true });
		}
	});

	it('need a gateway that has been started', async () => {
		const other = new Gate();

		try {
			await other.open();
			const { status, stderr } = run('events', other.config);

			assert.equal(status, 1);
			assert.match(stderr, /orders\.db/);
			assert.deepEqual(readdirSync(join(other.folder, 'site'))
				.includes('events'), false);
		} finally {
			await other.close();
		}
	});
});

describe('a reader who is forgotten, while the gateway runs', () => {
	const gate = new Gate();
	let folder, she, somebody;

	const forget = (...words) => spawnSync(program, ['forget', ...words],
		{ encoding: 'utf8' });
	const exported = () => lines(gate.export('-').stdout);
	const inFile = (name) => lines(readFileSync(join(folder, name), 'utf8'));
	const said = (list, reader) => list.filter((row) => row.reader === reader)
		.map(({ kind, item }) => `${kind} ${item}`).sort();

	/** Has bought both courses and read the first page. */
	async function reader() {
		const browser = gate.browser();
		const session = await browser.order('both', '');

		await gate.mint.admin(`sessions/${session}/pay`);
		const order = await gate.state(session, 'paid');

		await browser.back(session);
		assert.ok(await browser.reads('loops'));
		return { browser, order };
	}

	before(async () => {
		await gate.open({ events: { readers: 'yes', beacon: 'yes' } });
		await gate.start();
		folder = join(gate.folder, 'site', 'events');
		she = await reader();
		await until('her note', () => exported().length === 3);
		she.name = exported()[0].reader;
		somebody = await reader();
		await until('the other one', () => exported().length === 6);
		somebody.name = exported().find(({ reader: name }) =>
			name !== she.name).reader;
		assert.equal(run('events', gate.config).status, 0);
		assert.equal(run('events', '-o', join(folder, 'mine.tsv'),
			gate.config).status, 0);
		writeFileSync(join(folder, 'old.tsv'),
			'3600\t0123456789abcdef\t/\tvisit\t1\n');
	});
	after(() => gate.close());

	it('has to be named by an order there is', () => {
		const before_ = gate.export('-').stdout;

		for (const [words, status, message] of [
			[[], 2, /^usage: pennygate forget ORDER/],
			[['a', 'b', '-c', gate.config], 2, /^usage/],
			[['o_none', '-c', gate.config], 1,
				/^pennygate: no order 'o_none'$/m],
			[['-c', gate.config, she.order.reader], 1, /: no order '/],
			[[she.order.id, '-c', `${gate.config}.no`], 1,
				/cannot read the configuration/],
		]) {
			const answer = forget(...words);

			assert.equal(answer.status, status, `${words}`);
			assert.match(answer.stderr, message);
			assert.equal(answer.stdout, '');
		}
		assert.equal(gate.export('-').stdout, before_);
		assert.equal(inFile('mine.tsv').length, 6);
	});

	it('leaves books and files, with what is still on its way', async () => {
		// Noted by the front, and not told to the till for a while.
		assert.ok(await she.browser.reads('pointers'));
		const { status, stdout, stderr } =
			forget(she.order.id, '-c', gate.config);

		assert.equal(status, 0, stderr);
		assert.equal(stderr, '');
		assert.match(stdout, new RegExp('^[12] notes deleted; of 3 exported ' +
			'files 2 were changed\\nthe orders stay: '));
		const [stamped] = readdirSync(folder).filter((name) =>
			name.startsWith('20'));
		const rest = ['purchase loops', 'purchase pointers',
			'visit /courses/loops/a/'];

		assert.equal(readdirSync(folder).length, 3);
		for (const list of [inFile(stamped), inFile('mine.tsv'), exported()]) {
			assert.equal(list.length, 3);
			assert.deepEqual(said(list, somebody.name), rest);
		}
		assert.equal(faults(join(folder, stamped)), '');
		assert.equal(inFile('old.tsv').length, 1);
		assert.ok(await somebody.browser.reads('pointers'));
		await until('what came after it', () => exported().length === 4);
		assert.deepEqual(said(exported(), she.name), []);
	});

	it('reads on, unnoted, and has bought what she bought', async () => {
		assert.ok(await she.browser.reads('loops'));
		assert.equal(gate.show(she.order.id).state, 'paid');
		assert.equal(gate.orders().length, 2);
		assert.equal(gate.show(she.order.id).ledger.length,
			gate.show(somebody.order.id).ledger.length);
		const { status, stdout } = forget('-c', gate.config, she.order.id);

		assert.equal(status, 0);
		assert.match(stdout, /^0 notes deleted; of 3 exported files 0 were/);
		assert.doesNotMatch(gate.log, /error/);
	});

	it('is not forgotten by half where files cannot be written', () => {
		rmSync(folder, { recursive: true });
		writeFileSync(folder, '');
		const { status, stdout, stderr } =
			forget(somebody.order.id, '-c', gate.config);

		assert.equal(status, 1);
		assert.equal(stdout, '');
		assert.match(stderr, /cannot open .*events: Not a directory/);
		assert.equal(exported().length, 4);
	});
});

describe('what readers did', () => {
	const gate = new Gate();
	let till = new Till();
	const now = () => Math.floor(Date.now() / 1000);
	const guest = '~0123456789abcdef';

	function configure(events) {
		gate.writeConfig();
		writeFileSync(gate.config, readFileSync(gate.config, 'utf8') +
			'events:\n' + Object.entries(events).map(([name, value]) =>
			`  ${name}: ${value}\n`).join(''));
	}

	const sql = (text) => execFileSync('sqlite3',
		['-cmd', '.timeout 5000', join(gate.folder, 'data', 'orders.db'),
			text], { encoding: 'utf8' }).trim();
	const found = () => {
		const { status, stdout, stderr } =
			run('events', '-o', '-', '-c', gate.config);

		assert.equal(status, 0, stderr);
		return lines(stdout);
	};

	before(async () => {
		await gate.open();
		configure({ readers: 'ask', beacon: 'yes' });
		await till.start(gate);
	});
	after(async () => {
		await till.stop();
		await gate.close();
	});

	it('has the name under which they bought', async () => {
		const order = await till.order('loops');

		await gate.mint.admin(`sessions/${order.session}/pay`);
		const { token } = await till.back(order.session, 1);
		const { sub } = JSON.parse(
			Buffer.from(token.split('.')[1], 'base64url'));

		till.tell([
			{ time: now(), reader: sub, kind: 'visit', item: '/courses/loops/' },
			{ time: now(), reader: sub, kind: 'visit', item: '/courses/loops/' },
			{ time: now(), reader: sub, kind: 'click:next', item: '/中/' },
			{ time: now(), reader: guest, kind: 'shown:related', item: '/' },
			{ time: now(), reader: sub, kind: 'forged', item: '/' },
			{ time: 1, reader: sub, kind: 'visit', item: '/' },
		]);
		const rows = await until('the events', () => {
			const list = found();

			return list.length >= 4 && list;
		});

		assert.equal(rows.length, 4);
		const [bought] = rows.filter(({ kind }) => kind === 'purchase');

		assert.deepEqual(rows.filter(({ reader }) => reader === bought.reader)
			.map(({ kind, item }) => `${kind} ${item}`).sort(),
		['click:next /中/', 'purchase loops', 'visit /courses/loops/']);
		const all = execFileSync('sqlite3', [join(gate.folder, 'data',
			'orders.db'), '.dump activity'], { encoding: 'utf8' });

		assert.ok(!all.includes(sub) && !all.includes(guest.slice(1)));
	});

	it('is read by pennypress', () => {
		const file = join(gate.folder, 'events.tsv');

		assert.equal(run('events', '-o', file, gate.config).status, 0);
		assert.equal(faults(file), '');
		writeFileSync(file, `${readFileSync(file, 'utf8')}1\t2\n`);
		assert.match(faults(file), /events\.tsv:\d+/);
	});

	it('ends with its key: a new one is nobody known', async () => {
		const [bought] = found().filter(({ kind }) => kind === 'purchase');

		await till.stop();
		sql('DELETE FROM activity_keys WHERE begins >= 0');
		const [later] = found().filter(({ kind }) => kind === 'purchase');

		assert.notEqual(later.reader, bought.reader);
		assert.equal(found().filter(({ reader }) => reader === bought.reader)
			.length, 2);
		till = new Till();
		await till.start(gate);
	});

	it('is deleted in time, confined as the till is', async () => {
		const day = Math.floor(Date.now() / 86400000);

		await till.stop();
		sql(`INSERT INTO activity_keys VALUES(${day - 500}, ${day - 450},
			zeroblob(32)); INSERT INTO activity VALUES(0,
			${(day - 460) * 86400}, 'aaaaaaaaaaaaaaaa', '/old/', 'visit')`);
		assert.equal(found().filter(({ item }) => item === '/old/').length, 1);
		till = new Till();
		await till.start(gate);
		await until('the key to be deleted', () =>
			sql(`SELECT count(*) FROM activity_keys WHERE begins = ${day -
				500}`) === '0');
		assert.equal(found().filter(({ item }) => item === '/old/').length, 0);
		assert.equal(statSync(join(gate.folder, 'data', 'orders.db-wal')).size,
			0);
	});

	it('keeps no payment waiting, however much of it there is', async () => {
		const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
		let event = 0;
		const webhook = () => {
			const body = JSON.stringify({ id: `evt_${event++}`,
				object: 'event', type: 'charge.succeeded', livemode: false,
				data: { object: { id: 'ch_1', object: 'charge' } } });
			const sum = createHmac('sha256', secret)
				.update(`${now()}.${body}`).digest('hex');

			return till.ask('webhook', `t=${now()},v1=${sum}`, body);
		};
		const time = async (list, act) => {
			const start = performance.now();

			assert.equal((await act()).result, 0);
			list.push(performance.now() - start);
		};
		const times = async (n) => {
			const list = { order: [], webhook: [] };

			for (let i = 0; i < n; i++) {
				await time(list.order, () => till.order('loops'));
				await time(list.webhook, webhook);
			}
			return list;
		};
		const quiet = await times(30);
		let on = true, sent = 0;
		const storm = (async () => {
			while (on) {
				till.tell(Array.from({ length: 512 }, () => ({ time: now(),
					reader: `~${(sent++).toString(16).padStart(16, '0')}`,
					kind: 'visit', item: '/courses/loops/' })));
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
		})();
		const loud = await times(30);

		on = false;
		await storm;
		for (const what of ['order', 'webhook']) {
			const [a, b] = [median(quiet[what]), median(loud[what])];
			const most = Math.max(...loud[what]);

			console.log(`# ${what}: ${a.toFixed(1)} ms; among ${sent} ` +
				`events ${b.toFixed(1)} ms, at most ${most.toFixed(1)} ms`);
			assert.ok(b < a + 50, `${what}: ${a} ${b}`);
			assert.ok(most < 1000);
		}
		const kept = found().filter(({ kind }) => kind === 'visit').length;

		assert.ok(kept > 500 && kept <= 6100, `${kept}`);
		assert.ok(till.log.match(/were too many/g).length <= 2, till.log);
	});
});
