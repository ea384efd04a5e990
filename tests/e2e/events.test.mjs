// What readers did, from requests to the file that is exported: only with
// consent, only pages of the site, nothing of who or where from, and nothing
// lost without being counted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cookie, get, raw, secret, startGate, until } from
	'./gate-fixture.mjs';

const paidPage = '/m/courses/a/one/';
const agent = { 'User-Agent': 'Unmistakable/7.3 (a browser)' };
const yes = '__Host-pennypress-reading=yes';
const no = '__Host-pennypress-reading=no';

// Opens a page of a reader, with more cookies.
const open = (gate, token, { path = paidPage, more = '', ...options } = {}) =>
	get(gate, path, { ...options, headers: { ...agent, ...options.headers,
		Cookie: `__Host-pennypress=${token}${more && `; ${more}`}` } });

const report = (gate, body, { headers = {}, origin = gate.origin } = {}) =>
	get(gate, '/event', { method: 'POST', body, headers: { ...agent,
		'Content-Type': 'text/plain;charset=UTF-8',
		...(origin && { Origin: origin }), ...headers } });

// All that was recorded: [{ time, reader, item, kind }], the same of the same hour
// once.
const recorded = (gate) => gate.tool('export', 'events', '-o', '-', gate.config)
	.split('\n').filter((line) => line && line[0] !== '#').map((line) => {
		const [time, reader, item, kind] = line.split('\t');
		return { time: Number(time), reader, item, kind };
	});

const waitFor = (gate, count) => until(`${count} events`, () => {
	const list = recorded(gate);
	return list.length >= count && list;
}, 20000);

const kinds = (list) => list.map(({ kind, item }) => `${kind} ${item}`).sort();

describe('readers who are asked, and pages that report', { concurrency: false }, () => {
	let gate, token;
	before(async () => {
		gate = await startGate({ settings: 'trusted_proxies: [127.0.0.1]\n' +
			'events:\n  readers: ask\n  beacon: yes\n' });
		token = gate.token('--products', 'a');
	});
	after(async () => {
		const { code } = await gate.stop();
		assert.equal(code, 0, gate.log);
		assert.doesNotMatch(gate.log, /Sanitizer/);
	});

	test('the choice is made on the account page', async () => {
		const account = (more) => open(gate, token, { path: '/account', more });
		assert.match((await account()).text, /READING OFF \/account\/reading/);
		const choose = (value, headers = { Origin: gate.origin }) =>
			get(gate, '/account/reading', { method: 'POST',
				body: `reading=${value}`, headers: { ...cookie(token), ...headers,
					'Content-Type': 'application/x-www-form-urlencoded' } });
		const a = await choose('yes');
		assert.equal(a.status, 303);
		assert.equal(a.headers.location, '/account');
		assert.equal(a.headers['set-cookie'], `${yes}; Max-Age=34560000; ` +
			'Path=/; Secure; HttpOnly; SameSite=Lax');
		assert.match((await account(yes)).text, /READING ON/);
		assert.match((await account(no)).text, /READING OFF/);
		assert.equal((await choose('yes',
			{ Origin: 'https://evil.example' })).status, 403);
		assert.equal((await choose('perhaps')).status, 400);
	});

	test('what is not to be recorded is not, what is to be is', async () => {
		const page = (options) => open(gate, token, options);
		// None of these.
		await page();
		await page({ more: no });
		await page({ more: yes, headers: { DNT: '1' } });
		await page({ more: yes, headers: { 'Sec-GPC': '1' } });
		await page({ more: yes, method: 'HEAD' });
		await page({ more: yes, path: '/m/courses/a/v.bin' });
		await page({ more: yes, path: '/' });
		assert.equal((await open(gate, gate.token('--products', 'b'),
			{ more: yes })).status, 402);
		const told = async (body, headers) => {
			const a = await report(gate, body, { headers });
			assert.equal(a.status, 204, body);
			assert.equal(a.body.length, 0);
			assert.equal(a.headers['set-cookie'], undefined);
			assert.equal(a.headers['cache-control'], 'no-store');
			assert.equal(a.headers['cross-origin-resource-policy'],
				'cross-origin');
		};
		await told('visit\t/courses/a/\n', { DNT: '1' });
		await told('visit\t/courses/a/\n', { 'Sec-GPC': '1' });
		await told('visit\t/courses/a/\n', { Cookie: no });
		await told('complete\t/m/courses/a/one/\n', cookie(token));
		await told('visit\t/nothing/\nvisit\t/m/courses/a/one/\n');
		assert.equal((await report(gate, 'visit\t/\n',
			{ origin: 'https://evil.example' })).status, 403);
		assert.equal((await report(gate, 'visit\t/\n', { origin: '' })).status, 403);
		for (const body of ['visit /\n', 'buy\t/\n', 'click:menu\t/\n',
			'visit\t/\n'.repeat(17), 'visit\tcourses\n'])
			assert.equal((await report(gate, body)).status, 400, body);
		assert.equal((await report(gate, 'visit\t/\n'.repeat(600))).status, 413);
		assert.equal((await get(gate, '/event', { method: 'OPTIONS' })).status, 405);
		// All of these.
		assert.ok((await page({ more: yes })).body.includes(secret));
		const { etag } = (await page({ more: yes })).headers;
		assert.equal((await page({ more: yes,
			headers: { 'If-None-Match': etag } })).status, 304);
		assert.match((await page({ more: yes,
			path: '/m/courses/a/end/' })).text, /LIST/);
		await told('complete\t/m/courses/a/one/\n',
			{ Cookie: `${cookie(token).Cookie}; ${yes}` });
		await told('visit\t/courses/a/\nshown:related\t/courses/a/\n' +
			'click:also\t/courses/a/one/\n');
		const list = await waitFor(gate, 6);
		assert.deepEqual(kinds(list), ['click:also /courses/a/one/',
			'complete /courses/a/one/', 'shown:related /courses/a/',
			'visit /courses/a/', 'visit /courses/a/end/',
			'visit /courses/a/one/'].sort());
	});

	test('two readers, and neither by name, browser or address', () => {
		const list = recorded(gate);
		const readers = new Map();
		for (const { reader, kind, item, time } of list) {
			assert.match(reader, /^[0-9a-f]{16}$/);
			assert.equal(time % 3600, 0);
			assert.ok(Math.abs(time - Date.now() / 1000) < 3700);
			readers.set(reader, [...readers.get(reader) ?? [],
				`${kind} ${item}`]);
		}
		assert.deepEqual([...readers.values()].map((l) => l.length).sort(),
			[3, 3]);
		const sub = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub;
		const books = ['orders.db', 'orders.db-wal'].map((name) => {
			try {
				return readFileSync(join(gate.folder, 'data', name), 'latin1');
			} catch {
				return '';
			}
		}).join('');
		for (const one of ['Unmistakable', sub])
			assert.ok(!books.includes(one), one);
		assert.ok(books.includes('/courses/a/one/'));
	});

	test('the same browser is another reader from another address', async () => {
		const before = new Set(recorded(gate).map((e) => e.reader));
		for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1'])
			await report(gate, 'visit\t/\n',
				{ headers: { 'X-Forwarded-For': address } });
		const list = (await waitFor(gate, 8)).filter((e) => e.item === '/');
		assert.equal(list.length, 2);
		assert.equal(new Set(list.map((e) => e.reader)).size, 2);
		for (const { reader } of list)
			assert.ok(!before.has(reader));
	});

	test('one address reports only so often, and is always thanked', async () => {
		const at = { headers: { 'X-Forwarded-For': '192.0.2.77' } };
		// Not across the minute that is counted in.
		await until('room in this minute', () => Date.now() % 60000 < 40000, 60000);
		for (let i = 0; i < 260; i++)
			assert.equal((await report(gate, i < 230 ? 'visit\t/nothing/\n'
				: `click:${i < 240 ? 'next' : 'popular'}\t/courses/a/\n`,
			at)).status, 204);
		await until('the first', () =>
			recorded(gate).some((e) => e.kind === 'click:next'));
		assert.ok(!recorded(gate).some((e) => e.kind === 'click:popular'));
	});

	test('while the till is away pages are served; then it hears of them', async () => {
		const till = gate.role('till');
		process.kill(till, 'SIGKILL');
		for (let i = 0; i < 5; i++)
			assert.equal((await open(gate, token,
				{ path: '/m/courses/a/free/', more: yes })).status, 200);
		await until('what was read meanwhile', () => recorded(gate)
			.some((e) => e.item === '/courses/a/free/'), 20000);
	});

	test('ending loses nothing that was noted', async () => {
		const other = await startGate({ settings: 'events:\n  readers: yes\n' });
		const mine = other.token('--products', 'a');
		// By default, unless they said no.
		assert.match((await open(other, mine, { path: '/account' })).text,
			/READING ON/);
		assert.match((await open(other, mine, { path: '/account', more: no })).text,
			/READING OFF/);
		await open(other, mine);
		await open(other, mine, { more: no });
		assert.equal((await report(other, 'visit\t/\n')).status, 404);
		other.child.kill('SIGTERM');
		await other.ended;
		assert.deepEqual(kinds(recorded(other)), ['visit /courses/a/one/']);
		await other.stop();
	});
});

describe('a static host with a gateway beside it', () => {
	let gate;
	before(async () => {
		gate = await startGate({ publicFiles: 'no',
			siteUrl: 'https://site.example',
			settings: 'events:\n  beacon: yes\n' });
	});
	after(() => gate.stop());

	test('its pages may report, others may not', async () => {
		for (const [origin, status] of [['https://site.example', 204],
			[gate.origin, 204], ['https://site.example.evil', 403],
			['http://site.example', 403], ['null', 403]])
			assert.equal((await report(gate, 'visit\t/courses/a/\n',
				{ origin })).status, status, origin);
		const a = await get(gate, '/account');
		assert.match(a.headers['content-security-policy'], new RegExp(
			`connect-src 'self' https://site\\.example ${gate.origin}; `));
		await waitFor(gate, 1);
	});

	test('a report that drips or stalls holds nobody up', async () => {
		const a = await raw(gate.port, 'POST /event HTTP/1.1\r\nHost: h\r\n' +
			`Origin: ${gate.origin}\r\nContent-Type: text/plain\r\n` +
			'Content-Length: 5000\r\n\r\n');
		assert.equal(a.status, 413);
		const chunked = await raw(gate.port, 'POST /event HTTP/1.1\r\nHost: h\r\n' +
			`Origin: ${gate.origin}\r\nContent-Type: text/plain\r\n` +
			'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
			'8\r\nvisit\t/\n\r\n0\r\n\r\n');
		assert.equal(chunked.status, 204);
		assert.doesNotMatch(chunked.text, /content-length: [1-9]/i);
	});
});
