// The script that reports visits, in a real browser, on a site and a gateway of
// different hosts, under the policy they send; and that it is silent where it is
// asked to be.
//
// PENNYPRESS names the program (../../build/bin/pennypress).
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { elapse as wait, openBrowser } from './browser.mjs';
import { run, top } from './stack.mjs';

const program = process.env.PENNYPRESS ?? join(process.env.BIN ?? join(top, 'build', 'bin'), 'pennypress');
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript',
	'.svg': 'image/svg+xml' };
const COMPOST = '\n\n## Compost\n\nA garden needs compost, and compost needs worms and mulch.\n';
const lesson = (title, front = '') => `---\n${front}---\n# ${title}${COMPOST}`;
const paid = (title) => `${lesson(title)}\n<!--more-->\n\nThe rest of the heap.\n`;
const files = {
	'courses/soil/index.md': '---\ntitle: Soil\nprice: 9.00 EUR\n---\nCompost.\n',
	'courses/soil/01-worms.md': lesson('Worms', 'access: free\nminutes: 3\n'),
	'courses/soil/02-heap.md': paid('The heap'),
	'courses/soil/03-end.md': paid('The end'),
	'courses/beds/index.md': '---\ntitle: Beds\nrequires: [soil]\n---\nCompost.\n',
	'courses/beds/01-dig.md': lesson('Digging'),
	'courses/beds/02-sow.md': lesson('Sowing'),
	'articles/mulch.md': `---\ntitle: Mulch\ndate: 2026-03-01\n---\n${COMPOST}`,
};

let folder, browser, site, gateway;
let events; // requests to /event

// Serves a folder of the release; `more` is the other host, for the policy.
// What is reported to it goes into `events`.
function serve(part, more, events) {
	const server = createServer((request, response) => {
		const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
		if (request.method === 'POST') {
			let body = '';
			request.on('data', (chunk) => { body += chunk; });
			request.on('end', () => {
				events.push({ path, body, headers: request.headers });
				response.writeHead(204, { 'cross-origin-resource-policy': 'cross-origin' }).end();
			});
			return;
		}
		let file = join(folder, 'out', 'current', part(), path.replace(/^\/m(?=\/)/, ''));
		if (path.endsWith('/'))
			file += 'index.html';
		if (!existsSync(file) || !statSync(file).isFile()) {
			response.writeHead(404).end();
			return;
		}
		const policy = ['script', 'style', 'img', 'connect'].map((kind) => `${kind}-src 'self' ${more()}`);
		response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain',
			'content-security-policy': `default-src 'none'; ${policy.join('; ')}; base-uri 'none'; `
				+ 'require-trusted-types-for \'script\'',
			'referrer-policy': 'strict-origin-when-cross-origin' });
		response.end(readFileSync(file));
	});
	return new Promise((ready) => server.listen(0, '127.0.0.1', () =>
		ready({ server, url: `http://127.0.0.1:${server.address().port}` })));
}

before(async () => {
	browser = await openBrowser();
});
after(() => browser?.close());

// Hosts of its own for each test: what a page reports as it closes may arrive
// when the next test has begun.
beforeEach(async () => {
	events = [];
	folder = mkdtempSync(join(tmpdir(), 'pennypress-beacon-'));
	site = await serve(() => 'public', () => gateway.url, events);
	gateway = await serve(() => 'members', () => site.url, events);
	files['site.yaml'] = `title: Garden\nurl: ${site.url}\ngateway: ${gateway.url}\nbeacon: yes\n`;
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
		writeFileSync(join(folder, 'in', path), text);
	}
	const { status, out } = await run(program, ['build', join(folder, 'in'), '--out', join(folder, 'out')],
		{ env: { ...process.env, PENNYPRESS_DATADIR: top } });
	assert.equal(status, 0, out);
});
afterEach(() => {
	for (const it of [site, gateway]) {
		it?.server.closeAllConnections();
		it?.server.close();
	}
	rmSync(folder, { recursive: true, force: true });
});

// A browser whose clock stands still until it is told to go on.
async function open(url, { init, cookies = [] } = {}) {
	const context = await browser.newContext({ viewport: { width: 320, height: 480 } });
	await context.addCookies(cookies);
	const page = await context.newPage();
	const faults = [];
	page.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
	page.on('pageerror', (e) => faults.push(String(e)));
	if (init)
		await page.addInitScript(init);
	await page.clock.install();
	await page.goto(url);
	return { context, page, faults };
}

const scroll = (page, selector) => page.locator(selector).first()
	.evaluate((e) => e.scrollIntoView({ behavior: 'instant', block: 'center' }));
const lines = () => events.flatMap((e) => e.body.trimEnd().split('\n'));
async function arrived(count) {
	for (let i = 0; i < 100 && lines().length < count; i++)
		await new Promise((done) => { setTimeout(done, 20); });
	return lines();
}

test('a visit, a block that was seen, a lesson that was read, a link that was followed', async () => {
	const { context, page, faults } = await open(`${site.url}/courses/soil/worms/`,
		{ cookies: [{ name: 'of-the-site', value: '1', url: site.url },
			{ name: 'of-the-gateway', value: '1', url: gateway.url }] });
	const here = '/courses/soil/worms/';
	await wait(page, 4);
	assert.deepEqual(await arrived(1), [`visit\t${here}`], 'nothing else was in view');

	await scroll(page, '.block');
	await wait(page, 8);
	assert.deepEqual(await arrived(2), [`visit\t${here}`, `shown:related\t${here}`]);

	// Three minutes: a third of it has to pass.
	await scroll(page, '.prose > :last-child');
	await wait(page, 40);
	assert.equal(lines().length, 2, 'not read yet');
	await wait(page, 16);
	assert.deepEqual((await arrived(3))[2], `complete\t${here}`);
	await wait(page, 12);
	assert.equal(lines().length, 3, 'each once');

	const link = page.locator('.block[data-block=related] a').first();
	const to = new URL(await link.getAttribute('href'), site.url).pathname;
	await link.click();
	await page.waitForURL(site.url + to);
	assert.deepEqual((await arrived(4))[3], `click:related\t${to}`, 'before the page is left');
	for (const { path, headers } of events) {
		assert.equal(path, '/event');
		assert.match(headers['content-type'], /^text\/plain\b/);
		assert.equal(headers.origin, site.url);
		assert.equal(headers.cookie, undefined);
		assert.ok(Number(headers['content-length']) < 4096);
	}
	assert.deepEqual(faults, []);
	assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
	assert.equal((await context.cookies()).length, 2, 'none was set');
	await context.close();
});

test('a teaser is visited, never completed', async () => {
	const { context, page } = await open(`${site.url}/courses/soil/heap/`);
	await scroll(page, '.prose > :last-child');
	await wait(page, 60);
	assert.deepEqual((await arrived(1)).filter((l) => !l.startsWith('shown')), ['visit\t/courses/soil/heap/']);
	await context.close();
});

test('a members\' page says what was seen and read; the gateway knows of the visit', async () => {
	const { context, page, faults } = await open(`${gateway.url}/m/courses/soil/end/`,
		{ cookies: [{ name: 'token', value: '1', url: gateway.url }] });
	await scroll(page, '.block');
	await wait(page, 8);
	await scroll(page, '.prose > :last-child');
	await wait(page, 30);
	const got = await arrived(2);
	assert.ok(got.includes('shown:next\t/m/courses/soil/end/'), got.join());
	assert.ok(got.includes('complete\t/m/courses/soil/end/'), got.join());
	assert.equal(got.filter((l) => l.startsWith('visit')).length, 0);
	await page.locator('.block[data-block=next] a').first().click();
	await page.waitForURL(`${site.url}/courses/beds/`);
	assert.ok((await arrived(got.length + 1)).includes('click:next\t/courses/beds/'));
	for (const { headers } of events.filter((e) => e.body.includes('/m/')))
		assert.equal(headers.cookie, 'token=1');
	assert.deepEqual(faults, []);
	await context.close();
});

for (const [name, init] of Object.entries({
	'Do Not Track': () => Object.defineProperty(navigator, 'doNotTrack', { value: '1' }),
	'Global Privacy Control': () => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
})) {
	test(`${name}: not a word`, async () => {
		const { context, page, faults } = await open(`${site.url}/courses/soil/worms/`, { init });
		await scroll(page, '.block');
		await wait(page, 70);
		await page.locator('.block a').first().click();
		await page.waitForURL(/beds|articles|soil/);
		await wait(page, 5);
		assert.deepEqual(events, []);
		assert.deepEqual(faults, []);
		await context.close();
	});
}

test('it is small', () => {
	const script = readFileSync(join(top, 'themes', 'default', 'assets', 'beacon.js'));
	assert.ok(gzipSync(script).length <= 1024);
});
