// How pennygate speaks HTTP: who may read what, what is malformed, what is
// slow, and what happens when a process dies or a release changes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import net from 'node:net';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cookie, freePort, get, openFiles, pennygate, raw, secret, sleep, startGate,
	until } from './gate-fixture.mjs';

const paidPage = '/m/courses/a/one/';
const video = '/m/courses/a/v.bin';
const reader = 'r'.repeat(43);

describe('a gateway that serves all', { concurrency: false }, () => {
	let gate, token, other, expired;
	const paid = (path = paidPage, headers = {}, method = 'GET') =>
		get(gate, path, { method, headers: { ...cookie(token), ...headers } });

	before(async () => {
		gate = await startGate();
		token = gate.token('--products', 'a');
		other = gate.token('--products', 'b');
		expired = gate.token('--products', 'a', '--expires', '-1h');
	});
	after(async () => {
		const { code } = await gate.stop();
		assert.equal(code, 0, gate.log);
		assert.doesNotMatch(gate.log, /Sanitizer/);
	});

	test('a token that covers the page opens it', async () => {
		const a = await paid();
		assert.equal(a.status, 200);
		assert.ok(a.body.includes(secret));
		assert.equal(a.headers['cache-control'], 'private, no-cache');
		assert.equal(a.headers['content-type'], 'text/html; charset=utf-8');
		assert.match(a.headers.etag, /^"[0-9a-f]{32}"$/);
	});

	test('no right: the paywall, and not a byte of the page', async () => {
		const [head, body, mac] = token.split('.');
		const bad = [undefined, other, expired, 'x', `${head}.${body}`,
			`${head}.${body}.${mac[0] === 'A' ? 'B' : 'A'}${mac.slice(1)}`,
			`${token}=`,
			`${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`];
		for (const one of bad) {
			for (const extra of [{}, { Range: 'bytes=0-99' },
				{ 'If-None-Match': '*' }, { 'Accept-Encoding': 'gzip' }]) {
				const a = await get(gate, paidPage,
					{ headers: { ...cookie(one), ...extra } });
				assert.equal(a.status, 402, `${one}`);
				assert.ok(!a.text.includes(secret));
				assert.ok(a.body.includes('PAYWALL Loops &amp; &lt;more&gt;'));
				assert.ok(a.body.includes('name="page" value="/m/courses/a/one/"'));
				assert.ok(a.body.includes('€39.00'));
				assert.equal(a.headers['cache-control'], 'no-store');
				assert.equal(a.headers.etag, undefined);
				assert.equal(a.body.includes('KNOWN'), one === other);
			}
		}
	});

	test('signed-in pages are open to every good token', async () => {
		const path = '/m/courses/a/free/';
		assert.equal((await get(gate, path)).status, 402);
		const a = await get(gate, path, { headers: cookie(other) });
		assert.equal(a.status, 200);
		assert.ok(a.body.includes('for readers'));
	});

	test('an address that is not there is 404 before it is 402', async () => {
		for (const path of ['/m/courses/a/two/', '/m/', '/m/courses/', '/m/x'])
			assert.equal((await get(gate, path)).status, 404, path);
	});

	test('every Cookie header is read, the first of a name counts', async () => {
		const lines = (list) => get(gate, paidPage, { headers: { Cookie: list } });
		assert.equal((await lines(['a=b; c=d',
			`e=f; __Host-pennypress=${token}`])).status, 200);
		assert.equal((await lines([`__Host-pennypress=${token}; x=y`,
			'__Host-pennypress=forged'])).status, 200);
		assert.equal((await lines([`pennypress=${token}`])).status, 402);
		assert.equal((await lines(['a='.padEnd(4200, 'x')])).status, 431);
	});

	test('other sites\' cookies on the host are no reason to refuse', async () => {
		const browser = { 'User-Agent': 'Mozilla/5.0 '.padEnd(130, 'x'),
			Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
			'Accept-Language': 'en-GB,en;q=0.9,zh;q=0.8',
			'Accept-Encoding': 'gzip, deflate, br, zstd',
			'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' };
		const mine = cookie(token, reader).Cookie;
		for (const others of ['big='.padEnd(3300, 'x'),
			Array.from({ length: 60 }, (_, i) =>
				`_track_${i}=${'x'.repeat(40)}`).join('; ')]) {
			for (const path of [paidPage, '/m/courses/a/end/', '/account', '/']) {
				const a = await get(gate, path, { headers: { ...browser,
					Cookie: `${others}; ${mine}` } });
				assert.equal(a.status, 200, `${path} ${others.slice(0, 8)}`);
			}
			const form = await get(gate, '/checkout', { method: 'POST',
				body: 'offer=nothing', headers: { ...browser,
					Cookie: `${others}; ${mine}`, 'Content-Type':
					'application/x-www-form-urlencoded' } });
			assert.equal(form.status, 404);
		}
		// A browser that got them meanwhile: said, closed, good the next time.
		const head = (path, cookies) => `GET ${path} HTTP/1.1\r\nHost: h\r\n` +
			`Cookie: ${cookies}\r\n\r\n`;
		const more = head(paidPage, `${'big='.padEnd(3300, 'x')}; ${mine}`);
		const a = await raw(gate.port, [head('/healthz', mine), more,
			head('/healthz', mine)], { pause: 200 });
		assert.match(a.text, /^HTTP\/1\.1 200 [^]*HTTP\/1\.1 431 /);
		assert.doesNotMatch(a.text, /HTTP\/1\.1 431 [^]*HTTP\/1\.1 200 /);
		assert.equal((await raw(gate.port, more)).status, 200);
	});

	test('conditional requests', async () => {
		const { etag } = (await paid()).headers;
		const rows = [[etag, 304], [`W/${etag}`, 304], ['*', 304],
			[`"x", ${etag}`, 304], ['"x"', 200], [etag.slice(1, -1), 200],
			[`"x",, W/${etag} , "y"`, 304]];
		for (const [value, status] of rows) {
			const a = await paid(paidPage, { 'If-None-Match': value });
			assert.equal(a.status, status, value);
			assert.equal(a.headers.etag, etag);
			assert.equal(a.body.length === 0, status === 304);
		}
		const a = await paid(paidPage, { 'If-None-Match': etag });
		assert.equal(a.headers['cache-control'], 'private, no-cache');
		assert.equal(a.headers.vary, 'Accept-Encoding');
	});

	test('precompressed siblings, by q value', async () => {
		const plain = await paid();
		const rows = [['gzip', 'gzip'], ['br, gzip;q=0.5', 'gzip'],
			['gzip;q=0', undefined], ['*', 'gzip'], ['*;q=0', undefined],
			['identity;q=1, gzip;q=0.5', undefined], ['', undefined],
			['GZIP;q=0.001', 'gzip']];
		for (const [value, coding] of rows) {
			const a = await paid(paidPage, { 'Accept-Encoding': value });
			assert.equal(a.headers['content-encoding'], coding, value);
			assert.equal(a.headers.vary, 'Accept-Encoding');
			assert.equal(a.headers['content-type'], plain.headers['content-type']);
			if (coding) {
				assert.notEqual(a.headers.etag, plain.headers.etag);
				assert.deepEqual(gunzipSync(a.body), plain.body);
			}
		}
	});

	test('ranges of a file in memory and of a large one', async () => {
		for (const path of [paidPage, video]) {
			const whole = (await paid(path)).body;
			const size = whole.length;
			const rows = [['bytes=0-0', 0, 1], ['bytes=5-', 5, size],
				['bytes=-7', size - 7, size], [`bytes=-${size * 2}`, 0, size],
				[`bytes=${size - 1}-${size * 9}`, size - 1, size],
				['bytes=100-199', 100, 200]];
			for (const [range, from, to] of rows) {
				const a = await paid(path, { Range: range });
				assert.equal(a.status, 206, range);
				assert.equal(a.headers['content-range'],
					`bytes ${from}-${to - 1}/${size}`);
				assert.deepEqual(a.body, whole.subarray(from, to));
			}
			for (const range of [`bytes=${size}-`, 'bytes=-0']) {
				const a = await paid(path, { Range: range });
				assert.equal(a.status, 416);
				assert.equal(a.headers['content-range'], `bytes */${size}`);
				assert.ok(!a.text.includes(secret));
			}
			for (const range of ['bytes=0-1,3-4', 'bytes=9-2', 'lines=1-2',
				'bytes=x-'])
				assert.equal((await paid(path, { Range: range })).status, 200);
		}
	});

	test('If-Range', async () => {
		const { etag } = (await paid(video)).headers;
		const range = { Range: 'bytes=0-9' };
		const status = async (value) => (await paid(video,
			{ ...range, 'If-Range': value })).status;
		assert.equal(await status(etag), 206);
		assert.equal(await status(`W/${etag}`), 200);
		assert.equal(await status('"other"'), 200);
		assert.equal(await status('Sat, 29 Oct 1994 19:43:31 GMT'), 200);
	});

	test('HEAD is GET without the body', async () => {
		for (const path of [paidPage, video, '/', '/m/nothing', '/healthz']) {
			const head = await paid(path, {}, 'HEAD');
			const full = await paid(path);
			assert.equal(head.status, full.status, path);
			assert.equal(head.body.length, 0);
			assert.equal(head.headers['content-length'],
				full.headers['content-length']);
			assert.equal(head.headers.etag, full.headers.etag);
		}
		assert.equal((await get(gate, paidPage, { method: 'HEAD' })).status, 402);
	});

	test('public files, their caching, and redirects', async () => {
		const home = await get(gate, '/');
		assert.equal(home.headers['cache-control'], 'no-cache');
		const css = await get(gate, '/assets/style.01234567.css');
		assert.equal(css.headers['cache-control'],
			'public, max-age=31536000, immutable');
		assert.equal(css.headers['content-type'], 'text/css; charset=utf-8');
		assert.equal((await get(gate, '/a%20b/%C3%BC.txt')).body.toString(), 'spaces');
		const moved = [['/courses/a', '/courses/a/'], ['/old/', '/courses/a/'],
			['/courses/a/index.html', '/courses/a/'],
			['/m/courses/a/one', '/m/courses/a/one/'],
			['/m/courses/a/moved/', '/m/courses/a/one/'],
			['/index.html', '/']];
		for (const [from, to] of moved) {
			const a = await get(gate, from);
			assert.equal(a.status, 301, from);
			assert.equal(a.headers.location, to);
		}
		const gone = await get(gate, '/nothing/here');
		assert.equal(gone.status, 404);
		assert.ok(gone.body.includes('the site\'s 404 page'));
		const svg = await get(gate, '/courses/a/p.svg');
		assert.match(svg.headers['content-security-policy'], /sandbox/);
	});

	test('only listed files: not the manifest, shells, or members', async () => {
		for (const path of ['/release.json', '/gate/en/paywall.html',
			'/members/courses/a/one/index.html', '/current', '/public/index.html',
			'/m/courses/a/one/index.html.gz', '/courses/a/one/index.html.gz'])
			assert.equal((await paid(path)).status, 404, path);
	});

	test('security headers on every answer', async () => {
		const answers = [await get(gate, '/'), await get(gate, paidPage),
			await paid(), await get(gate, '/nothing'), await get(gate, '/account'),
			await get(gate, '/healthz'), await get(gate, '/checkout'),
			await get(gate, '/.well-known/jwks.json'),
			await paid(video, { Range: 'bytes=0-1' })];
		for (const a of answers) {
			const h = a.headers;
			assert.match(h['content-security-policy'], /^default-src 'none'; /);
			assert.match(h['content-security-policy'],
				/frame-ancestors 'none'; require-trusted-types-for 'script'/);
			assert.match(h['content-security-policy'],
				/form-action 'self' https:\/\/checkout\.example;/);
			assert.equal(h['x-content-type-options'], 'nosniff');
			assert.equal(h['referrer-policy'], 'strict-origin-when-cross-origin');
			assert.equal(h['cross-origin-opener-policy'], 'same-origin');
			assert.equal(h['cross-origin-resource-policy'], 'same-origin');
			assert.ok(h['permissions-policy']);
			assert.ok(h['cache-control']);
			assert.equal(h['strict-transport-security'], undefined);
			assert.equal(h['access-control-allow-origin'], undefined);
		}
	});

	test('methods', async () => {
		const rows = [['POST', '/', 405, 'GET, HEAD'], ['PUT', paidPage, 405],
			['DELETE', '/account', 405], ['OPTIONS', '/', 405],
			['GET', '/checkout', 405, 'POST'], ['TRACE', '/', 405],
			['GET', '/webhooks/stripe', 405, 'POST'], ['BREW', '/', 501]];
		for (const [method, path, status, allow] of rows) {
			const a = await get(gate, path, { method });
			assert.equal(a.status, status, `${method} ${path}`);
			if (allow)
				assert.equal(a.headers.allow, allow);
		}
	});

	test('forms: where from, what type, how long', async () => {
		const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
		const post = (headers, body = 'offer=a', path = '/checkout') =>
			get(gate, path, { method: 'POST', headers: { ...form, ...headers }, body });
		const status = async (...words) => (await post(...words)).status;
		assert.equal(await status({ Origin: 'https://evil.example' }), 403);
		assert.equal(await status({ Origin: 'null' }), 403);
		assert.equal(await status({ 'Sec-Fetch-Site': 'cross-site' }), 403);
		assert.equal(await status({ 'Content-Type': 'text/plain' }), 415);
		assert.equal(await status({}, 'offer=%zz'), 400);
		assert.equal(await status({}, 'offer=a&offer=b'), 400);
		assert.equal(await status({}, 'offer=nothing'), 404);
		assert.equal(await status({}, 'x='.padEnd(17000, 'y')), 413);
		assert.equal(await status({ Origin: 'https://evil.example' }, '',
			'/account/sign-out'), 403);
		// Nobody answers where payments are made: the page says so.
		const a = await post({ Origin: gate.origin });
		assert.equal(a.status, 503);
		assert.ok(a.headers['retry-after']);
		assert.ok(a.body.includes('CHECKOUT UNAVAILABLE'));
	});

	test('webhooks: signed or refused, bounded', async () => {
		const hook = (headers, body) => get(gate, '/webhooks/stripe',
			{ method: 'POST', headers, body });
		assert.equal((await hook({}, '{}')).status, 400);
		assert.equal((await hook({ 'Stripe-Signature': 't=1,v1=00' }, '{}')).status,
			400);
		const big = await raw(gate.port, 'POST /webhooks/stripe HTTP/1.1\r\n' +
			'Host: h\r\nStripe-Signature: t=1\r\nContent-Length: 99999999\r\n\r\n');
		assert.equal(big.status, 413);
	});

	test('account and signing out', async () => {
		const out = await get(gate, '/account');
		assert.ok(out.body.includes('ACCOUNT OUT'));
		const a = await paid('/account');
		assert.ok(a.body.includes('ACCOUNT IN[Course A /courses/a/]'));
		assert.equal(a.headers['cache-control'], 'no-store');
		const left = await get(gate, '/account/sign-out',
			{ method: 'POST', headers: cookie(token, reader), body: '' });
		assert.equal(left.status, 303);
		assert.equal(left.headers.location, '/account');
		assert.equal(left.headers['set-cookie'].length, 2);
		for (const one of left.headers['set-cookie'])
			assert.match(one, /^__Host-pennypress(-reader)?=; Max-Age=0; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
	});

	test('the last page of a course has the reader\'s own list', async () => {
		const path = '/m/courses/a/end/';
		const own = ' LIST (Course B /courses/b/ Course A ) ' +
			'(Course C /courses/c/ Course A zh)';
		const stranger = await get(gate, path);
		assert.equal(stranger.status, 402);
		assert.ok(!stranger.body.includes('Course B'));
		const a = await paid(path, { 'Accept-Encoding': 'gzip' });
		assert.equal(a.status, 200);
		assert.ok(a.body.includes(`ipsum \n${own}\n<footer>`), a.text);
		assert.ok(!a.body.includes('FOR EVERYBODY'));
		assert.equal(a.headers['cache-control'], 'private, no-cache');
		assert.equal(a.headers['content-encoding'], undefined);
		assert.equal(a.headers['content-type'], 'text/html; charset=utf-8');
		assert.equal(a.headers.vary, 'Accept-Encoding');
		assert.equal(Number(a.headers['content-length']), a.body.length);
		const { etag } = a.headers;
		assert.match(etag, /^"[0-9a-f]{32}"$/);
		const same = await paid(path, { 'If-None-Match': etag });
		assert.equal(same.status, 304);
		assert.equal(same.body.length, 0);
		assert.equal((await paid(path, { 'If-None-Match': '"x"' })).status, 200);
		const part = await paid(path, { Range: 'bytes=0-9' });
		assert.equal(part.status, 200);
		assert.deepEqual(part.body, a.body);
		const head = await paid(path, {}, 'HEAD');
		assert.equal(head.headers['content-length'], `${a.body.length}`);
		assert.equal(head.body.length, 0);
		// Another reader's is another page.
		const both = gate.token('--products', 'a,b');
		const b = await get(gate, path, { headers: { ...cookie(both),
			'If-None-Match': etag } });
		assert.equal(b.status, 200);
		assert.ok(b.body.includes(' LIST (Course C'));
		// Nothing left to recommend: the file as it is, as others are.
		const all = gate.token('--products', 'a,b,c');
		const c = await get(gate, path, { headers: { ...cookie(all),
			'Accept-Encoding': 'gzip' } });
		assert.equal(c.headers['content-encoding'], 'gzip');
		assert.ok(gunzipSync(c.body).includes('FOR EVERYBODY'));
		assert.ok((await paid('/account')).body.includes(own));
		assert.ok(!(await get(gate, '/account')).body.includes('LIST'));
	});

	test('nothing is noted, and nobody asked, where that is off', async () => {
		const a = await paid('/account');
		assert.ok(!a.body.includes('READING'));
		const origin = { Origin: gate.origin };
		const post = (path, type, body) => get(gate, path, { method: 'POST',
			headers: { ...origin, 'Content-Type': type }, body });
		assert.equal((await post('/event', 'text/plain', 'visit\t/')).status, 404);
		assert.equal((await post('/account/reading',
			'application/x-www-form-urlencoded', 'reading=yes')).status, 404);
		assert.match(a.headers['content-security-policy'],
			/connect-src 'self'; /);
	});

	test('confirming a return: from our page only', async () => {
		const post = (headers, body = 'session_id=cs_test_1') =>
			get(gate, '/checkout/return', { method: 'POST', body, headers: {
				'Content-Type': 'application/x-www-form-urlencoded',
				...headers } });
		assert.equal((await post({ Origin: 'https://evil.example' })).status, 403);
		assert.equal((await post({ 'Sec-Fetch-Site': 'cross-site' })).status, 403);
		assert.equal((await post({}, 'session_id=a%22b')).status, 400);
		assert.equal((await post({}, 'session=cs_1')).status, 400);
		const a = await post({ Origin: gate.origin });
		assert.ok([404, 503].includes(a.status), `${a.status}`);
		const b = await get(gate, '/checkout/return', { method: 'PUT' });
		assert.equal(b.headers.allow, 'GET, HEAD, POST');
	});

	test('a return without a known session', async () => {
		assert.equal((await get(gate, '/checkout/return')).status, 400);
		assert.equal((await get(gate,
			'/checkout/return?session_id=a%22b')).status, 400);
		const a = await get(gate, '/checkout/return?session_id=cs_test_1');
		assert.ok([404, 503].includes(a.status), `${a.status}`);
		assert.equal(a.headers['set-cookie'], undefined);
	});

	test('keys and health', async () => {
		const keys = await get(gate, '/.well-known/jwks.json');
		assert.equal(keys.headers['content-type'], 'application/jwk-set+json');
		const [key] = JSON.parse(keys.body).keys;
		assert.equal(key.crv, 'Ed25519');
		assert.equal(key.d, undefined);
		assert.equal((await get(gate, '/healthz')).body.toString(), 'ok\n');
	});

	test('traversal in every spelling', async () => {
		const file = 'members/courses/a/one/index.html';
		const paths = [`/../${file}`, `/courses/../../${file}`,
			`/%2e%2e/${file}`, `/%2E%2e/%2e./${file}`, `/..%2f${file}`,
			`/%252e%252e/${file}`, `/..%5c${file}`, `/..\\${file}`,
			`/%c0%ae%c0%ae/${file}`, `/%e0%80%ae%e0%80%ae/${file}`,
			`/./${file}`, `//${file}`, '/m/courses/a/one/%00', '/%00',
			'/m/courses/a/free/../one/', '/m//courses/a/one/', '/%', '/%4',
			'/m/courses/a/%2e%2e/a/one/', '/.git/config', '/a%0d%0ab',
			'/courses/a/\u00fc', '/%ff', '/m/..', '/..', '/.',
			'/..;/members/x', `/${'../'.repeat(40)}etc/passwd`];
		for (const path of paths) {
			for (const head of ['', `Cookie: __Host-pennypress=${token}\r\n`]) {
				const a = await raw(gate.port, `GET ${path} HTTP/1.1\r\nHost: h\r\n` +
					`Connection: close\r\n${head}\r\n`);
				assert.ok([400, 404].includes(a.status), `${path}: ${a.status}`);
				assert.ok(!a.text.includes(secret), path);
				assert.ok(!a.text.includes('root:'), path);
			}
		}
	});

	test('malformed and ambiguous requests are refused and closed', async () => {
		const h = 'Host: h\r\n';
		const rows = {
			'no Host': 'GET / HTTP/1.1\r\n\r\n',
			'two Hosts': `GET / HTTP/1.1\r\n${h}Host: i\r\n\r\n`,
			'empty Host': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
			'Host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
			'two lengths': `POST /checkout HTTP/1.1\r\n${h}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
			'the same length twice': `POST /checkout HTTP/1.1\r\n${h}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
			'a list of lengths': `POST /checkout HTTP/1.1\r\n${h}Content-Length: 1, 1\r\n\r\na`,
			'negative length': `POST /checkout HTTP/1.1\r\n${h}Content-Length: -1\r\n\r\na`,
			'signed length': `POST /checkout HTTP/1.1\r\n${h}Content-Length: +1\r\n\r\na`,
			'length and chunked': `POST /checkout HTTP/1.1\r\n${h}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
			'chunked and length': `POST /checkout HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n`,
			'unknown coding': `POST /checkout HTTP/1.1\r\n${h}Transfer-Encoding: gzip\r\n\r\n`,
			'coding in disguise': `POST /checkout HTTP/1.1\r\n${h}Transfer-Encoding: xchunked\r\n\r\n`,
			'two codings': `POST /checkout HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
			'bare CR in a value': `GET / HTTP/1.1\r\n${h}X: a\rb\r\n\r\n`,
			'bare CR as a line end': `GET / HTTP/1.1\r\n${h}X: a\rY: b\r\n\r\n`,
			'bare LF as a line end': `GET / HTTP/1.1\r\n${h}X: a\nY: b\r\n\r\n`,
			'NUL in a value': `GET / HTTP/1.1\r\n${h}X: a\0b\r\n\r\n`,
			'NUL in a name': `GET / HTTP/1.1\r\n${h}X\0Y: b\r\n\r\n`,
			'NUL in the target': `GET /\0 HTTP/1.1\r\n${h}\r\n`,
			'space before the colon': `GET / HTTP/1.1\r\n${h}Transfer-Encoding : chunked\r\n\r\n`,
			'folded line': `GET / HTTP/1.1\r\n${h}X: a\r\n b\r\n\r\n`,
			'no colon': `GET / HTTP/1.1\r\n${h}nonsense\r\n\r\n`,
			'empty name': `GET / HTTP/1.1\r\n${h}: x\r\n\r\n`,
			'control character': `GET / HTTP/1.1\r\n${h}X: a\x01b\r\n\r\n`,
			'space in the target': `GET /a b HTTP/1.1\r\n${h}\r\n`,
			'two spaces': `GET  / HTTP/1.1\r\n${h}\r\n`,
			'fragment': `GET /#a HTTP/1.1\r\n${h}\r\n`,
			'no path': `GET courses HTTP/1.1\r\n${h}\r\n`,
		};
		const wrong = [];
		for (const [name, bytes] of Object.entries(rows)) {
			const a = await raw(gate.port, bytes, { quiet: 3000 });
			// Closed without a word is a refusal too.
			if (!(a.status === 400 || a.text === ''))
				wrong.push(`${name}: ${a.status}`);
			else if (a.ms > 2500)
				wrong.push(`${name}: stays open`);
		}
		assert.deepEqual(wrong, []);
	});

	test('what is unusual and allowed', async () => {
		const rows = {
			'absolute form': 'GET http://elsewhere/healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
			'HTTP/1.0': 'GET /healthz HTTP/1.0\r\n\r\n',
			'no space after the colon': 'GET /healthz HTTP/1.1\r\nHost:h\r\nConnection:close\r\n\r\n',
			'spaces around a value': 'GET /healthz HTTP/1.1\r\nHost: \t h \t\r\nConnection: close\r\n\r\n',
			'empty value': 'GET /healthz HTTP/1.1\r\nHost: h\r\nX:\r\nConnection: close\r\n\r\n',
			'a query': 'GET /healthz?a=%zz&b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
			'a body nobody wants': 'GET /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc',
			'an empty line before': '\r\nGET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
			'header names in any case': 'GET /healthz HTTP/1.1\r\nhOST: h\r\nCONNECTION: close\r\n\r\n',
		};
		for (const [name, bytes] of Object.entries(rows))
			assert.equal((await raw(gate.port, bytes)).status, 200, name);
	});

	test('pipelined and kept-alive requests', async () => {
		const one = (path, last) => `GET ${path} HTTP/1.1\r\nHost: h\r\n` +
			`Cookie: __Host-pennypress=${token}\r\n` +
			`${last ? 'Connection: close\r\n' : ''}\r\n`;
		const { text } = await raw(gate.port, one('/healthz') + one(paidPage) +
			one('/nothing') + one('/healthz', true));
		assert.deepEqual([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((m) => m[1]),
			['200', '200', '404', '200']);
	});

	test('a chunked form', async () => {
		const a = await raw(gate.port, 'POST /checkout HTTP/1.1\r\nHost: h\r\n' +
			'Content-Type: application/x-www-form-urlencoded\r\n' +
			'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
			'7\r\noffer=n\r\n1\r\no\r\n0\r\n\r\n');
		assert.equal(a.status, 404);
		const b = await raw(gate.port, 'POST /checkout HTTP/1.1\r\nHost: h\r\n' +
			'Content-Type: application/x-www-form-urlencoded\r\n' +
			'Transfer-Encoding: chunked\r\n\r\n' +
			`5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n`);
		assert.ok(b.status === 0 || b.status === 413, `${b.status}`);
	});

	test('too long: target 414, headers 431', async () => {
		const long = await raw(gate.port,
			`GET /${'a'.repeat(2500)} HTTP/1.1\r\nHost: h\r\n\r\n`);
		assert.equal(long.status, 414);
		const huge = await raw(gate.port,
			`GET /${'a'.repeat(20000)} HTTP/1.1\r\nHost: h\r\n\r\n`);
		assert.ok([414, 431, 0].includes(huge.status), `${huge.status}`);
		const many = await raw(gate.port,
			`GET / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(2000)}\r\n`);
		assert.ok([431, 0].includes(many.status), `${many.status}`);
	});

	test('the slow are cut off, the others do not notice', async () => {
		const drip = (text) => [...text.match(/[^]{1,1}/g)];
		const head = `GET / HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(200)}`;
		const slow = [
			raw(gate.port, drip(head), { pause: 500, quiet: 120000 }),
			raw(gate.port, ['POST /checkout HTTP/1.1\r\nHost: h\r\n' +
				'Content-Type: application/x-www-form-urlencoded\r\n' +
				'Content-Length: 9000\r\n\r\n', ...drip('x'.repeat(300))],
			{ pause: 500, quiet: 120000 }),
			raw(gate.port, '', { quiet: 120000 }),
			raw(gate.port, 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n',
				{ quiet: 120000 }),
		];
		const began = Date.now();
		let done = false;
		Promise.all(slow).then(() => { done = true; });
		while (!done && Date.now() - began < 60000) {
			const at = Date.now();
			assert.equal((await paid()).status, 200);
			assert.ok(Date.now() - at < 2000);
			await sleep(1000);
		}
		const [headers, body, nothing, idle] = await Promise.all(slow);
		assert.ok(headers.ms < 25000, `slow headers: ${headers.ms}`);
		assert.ok(body.ms < 40000, `slow body: ${body.ms}`);
		assert.ok(nothing.ms < 25000, `nothing: ${nothing.ms}`);
		assert.equal(idle.status, 200);
		assert.ok(idle.ms < 45000, `idle: ${idle.ms}`);
	});

	test('a hundred slow readers of a large file do not stop it', async () => {
		const sockets = [];
		for (let i = 0; i < 100; i++) {
			const s = net.connect(gate.port, '127.0.0.1');
			s.on('error', () => {});
			s.write(`GET ${video} HTTP/1.1\r\nHost: h\r\n` +
				`Cookie: __Host-pennypress=${token}\r\n\r\n`);
			s.pause();
			sockets.push(s);
		}
		await sleep(300);
		const at = Date.now();
		assert.equal((await paid(video)).body.length, 700000);
		assert.ok(Date.now() - at < 3000);
		for (const s of sockets)
			s.destroy();
	});

	test('the front has neither database nor keys, and no network', () => {
		const front = gate.role('front');
		const files = openFiles(front);
		assert.ok(files.length > 3);
		for (const file of files)
			assert.ok(!/orders|\.db|\.key|keys|gate\.yaml/.test(file), file);
		const status = readFileSync(`/proc/${front}/status`, 'utf8');
		assert.match(status, /NoNewPrivs:\s+1/);
		if (!process.env.PENNYGATE?.match(/address|thread/))
			assert.match(status, /Seccomp:\s+2/);
		const words = readFileSync(`/proc/${front}/cmdline`, 'utf8');
		assert.ok(!words.includes('sk_test'));
		assert.ok(openFiles(gate.role('till')).some((f) => /orders\.db/.test(f)));
	});

	test('a new release without a lost request; a broken one is left out', async () => {
		let stop = false, count = 0;
		const seen = new Set(), wrong = [];
		const agent = (async () => {
			while (!stop) {
				const a = await paid();
				const mark = / (one|two|three) lorem/.exec(a.body)?.[1];
				if (a.status !== 200 || !mark)
					wrong.push(a.status);
				seen.add(mark);
				count++;
			}
		})();
		await until('the first requests', () => count > 5);
		gate.publish({ mark: 'two' });
		await until('the new release', () => seen.has('two'));
		gate.publish({ mark: 'three', break: true });
		await until('the complaint', () => /the release before it stays/.test(gate.log));
		assert.equal((await paid()).status, 200);
		stop = true;
		await agent;
		assert.deepEqual(wrong, []);
		assert.deepEqual([...seen], ['one', 'two']);
		gate.publish();
		await until('the first again', async () =>
			(await paid()).body.includes(' one lorem'));
	});

	test('kill -9 of the till: paid pages go on, and it comes back', async () => {
		const old = gate.role('till');
		process.kill(old, 'SIGKILL');
		assert.equal((await paid()).status, 200);
		const fresh = await until('another till', () => {
			const pid = gate.role('till');
			return pid && pid !== old && pid;
		});
		assert.ok(fresh);
		// The new one answers: a renewal that finds no right is the paywall.
		const a = await get(gate, paidPage, { headers: cookie('', reader) });
		assert.equal(a.status, 402);
		assert.ok(gate.role('front'));
	});

	test('a question while the till is being killed is asked again', async () => {
		const question = get(gate, paidPage, { headers: cookie('', reader) });
		process.kill(gate.role('till'), 'SIGSTOP');
		const second = get(gate, paidPage, { headers: cookie('', reader) });
		await sleep(200);
		process.kill(gate.role('till'), 'SIGKILL');
		assert.equal((await question).status, 402);
		assert.equal((await second).status, 402);
	});

	test('kill -9 of the front: it comes back on the same port', async () => {
		const old = gate.role('front');
		process.kill(old, 'SIGKILL');
		await until('another front', () => {
			const pid = gate.role('front');
			return pid && pid !== old;
		});
		assert.equal((await paid()).status, 200);
		const a = await get(gate, paidPage, { headers: cookie('', reader) });
		assert.equal(a.status, 402);
	});

	test('SIGHUP: another configuration without a lost request', async () => {
		let stop = false, count = 0;
		const wrong = [];
		const agents = [paidPage, '/', video].map(async (path) => {
			while (!stop) {
				const a = await paid(path);
				if (a.status !== 200)
					wrong.push(`${path}: ${a.status} ${a.text.slice(0, 80)}`);
				count++;
			}
		});
		for (let i = 0; i < 3; i++) {
			const old = gate.role('front');
			gate.write(`token_hours: ${i + 2}\n`);
			gate.child.kill('SIGHUP');
			await until('another front', () => {
				const pid = gate.role('front');
				return pid && pid !== old;
			});
			await until('the old front to end', () => {
				try {
					process.kill(old, 0);
					return false;
				} catch {
					return true;
				}
			}, 30000);
			const before = count;
			await until('more requests', () => count > before + 10);
		}
		const old = gate.role('front');
		gate.write('token_hours: many\n');
		gate.child.kill('SIGHUP');
		await until('the complaint', () =>
			/the configuration before it stays/.test(gate.log));
		assert.match(gate.log, /gate\.yaml:\d+:\d+: /);
		assert.equal(gate.role('front'), old);
		stop = true;
		await Promise.all(agents);
		assert.deepEqual(wrong, []);
		gate.write();
	});
});

describe('a gateway beside a static host', () => {
	let gate;
	before(async () => {
		gate = await startGate({ publicFiles: 'no' });
	});
	after(() => gate.stop());

	test('has the pages for members and nothing public', async () => {
		const headers = cookie(gate.token('--products', 'a'));
		assert.equal((await get(gate, paidPage, { headers })).status, 200);
		assert.equal((await get(gate, paidPage)).status, 402);
		assert.equal((await get(gate, '/courses/a/')).status, 404);
		assert.equal((await get(gate, '/')).status, 404);
		const moved = await get(gate, '/m/courses/a/moved/');
		assert.equal(moved.headers.location, '/m/courses/a/one/');
	});
});

describe('a gateway below a path', () => {
	let gate;
	before(async () => {
		gate = await startGate({ base: '/repo' });
	});
	after(() => gate.stop());

	test('answers below it, and links below it', async () => {
		const headers = cookie(gate.token('--products', 'a'));
		assert.equal((await get(gate, '/repo/m/courses/a/one/', { headers })).status,
			200);
		assert.equal((await get(gate, '/m/courses/a/one/', { headers })).status, 404);
		assert.equal((await get(gate, '/repository/')).status, 404);
		const a = await get(gate, '/repo/m/courses/a/one/');
		assert.equal(a.status, 402);
		assert.ok(a.body.includes('href="/repo/courses/a/one/"'));
		assert.ok(a.body.includes('action="/repo/checkout"'));
		assert.equal((await get(gate, '/repo/old/')).headers.location,
			'/repo/courses/a/');
		assert.equal((await get(gate, '/repo')).status, 200);
	});
});

describe('ending', () => {
	test('SIGTERM finishes what is being served', async () => {
		const gate = await startGate();
		const token = gate.token('--products', 'a');
		const socket = net.connect(gate.port, '127.0.0.1');
		let bytes = 0;
		socket.write(`GET ${video} HTTP/1.1\r\nHost: h\r\n` +
			`Cookie: __Host-pennypress=${token}\r\n\r\n`);
		await new Promise((resolve) => socket.once('data', (chunk) => {
			bytes += chunk.length;
			socket.pause();
			resolve();
		}));
		const idle = net.connect(gate.port, '127.0.0.1');
		await sleep(200);
		const stopping = gate.stop();
		// As timeout(1) and terminals do: to the process, then to its group.
		gate.child.kill('SIGTERM');
		await sleep(500);
		const closed = new Promise((resolve) => socket.on('close', resolve));
		socket.on('data', (chunk) => { bytes += chunk.length; });
		socket.resume();
		const { code } = await stopping;
		await closed;
		assert.equal(code, 0, gate.log);
		assert.ok(bytes > 700000, `${bytes}`);
		idle.destroy();
	});

	test('SIGHUP with another port moves there', async () => {
		const gate = await startGate();
		const port = await freePort();
		const text = readFileSync(gate.config, 'utf8');
		writeFileSync(gate.config, text.replace(
			`listen: 127.0.0.1:${gate.port}`, `listen: 127.0.0.1:${port}`));
		gate.child.kill('SIGHUP');
		const moved = { ...gate, port };
		await until('an answer at the new port', async () =>
			(await get(moved, '/healthz')).status === 200);
		await until('silence at the old one', async () =>
			(await get(gate, '/healthz')).text === '');
		await gate.stop();
	});

	test('started as root, both become the user', {
		skip: process.getuid() !== 0 && 'not root',
	}, async () => {
		const gate = await startGate({ settings: 'user: nobody\n',
			prepare: (folder) => spawnSync('chown', ['-R', 'nobody',
				join(folder, 'data')]) });
		for (const name of ['front', 'till']) {
			const status = readFileSync(`/proc/${gate.role(name)}/status`, 'utf8');
			assert.match(status, /^Uid:\s+([1-9]\d*)\s+\1\s+\1\s+\1$/m, name);
			assert.match(status, /^CapEff:\s+0+$/m);
			assert.match(status, /^Groups:\s+(?!0\b)/m);
		}
		const headers = cookie(gate.token('--products', 'a'));
		assert.equal((await get(gate, paidPage, { headers })).status, 200);
		// The books are written as that user.
		const a = await get(gate, '/checkout', { method: 'POST', body: 'offer=a',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
		assert.equal(a.status, 503);
		assert.ok(a.body.includes('CHECKOUT UNAVAILABLE'));
		assert.match(gate.log, /ordered/);
		await gate.stop();
	});

	test('what keeps it from starting is said, with status 1', async () => {
		const gate = await startGate();
		const serve = (...words) => spawnSync(pennygate, words,
			{ encoding: 'utf8', timeout: 20000 });
		const twice = serve('serve', '-c', gate.config);
		assert.equal(twice.status, 1);
		assert.match(twice.stderr, /listen: 127\.0\.0\.1:\d+: Address already in use/);
		gate.write('thread: 1\n');
		const wrong = serve('serve', '-c', gate.config);
		assert.equal(wrong.status, 1);
		assert.match(wrong.stderr, /gate\.yaml:\d+:\d+: .*thread/);
		assert.equal(serve('serve', '-x').status, 2);
		assert.equal(serve('role', 'front', '-c', gate.config).status, 2);
		assert.equal(serve().status, 2);
		assert.equal(serve('--help').status, 0);
		await gate.stop();
	});

	test('kill -9 of the supervisor ends both', async () => {
		const gate = await startGate();
		const pids = [gate.role('front'), gate.role('till')];
		gate.child.kill('SIGKILL');
		for (const pid of pids)
			await until(`the end of ${pid}`, () => {
				try {
					process.kill(pid, 0);
					return false;
				} catch {
					return true;
				}
			}, 30000);
		await gate.stop();
	});
});
