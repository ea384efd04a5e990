// Every kind of page in a real browser: accessible, inside its budget, valid,
// silent under a strict Content-Security-Policy, whole without script.
//
// Looks at the example site's release, built and served from here; or at
//	SITE=http://127.0.0.1:8080   a running gateway that serves public pages too
//	RELEASE=out/current          a release that is there already
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { openBrowser } from './browser.mjs';
import { top } from './stack.mjs';

const CRAWL_MOST = 600; // pages fetched
const KIB = 1024;
const BUDGETS = {
	lesson: { bytes: 30 * KIB, requests: 6 },
	teaser: { bytes: 20 * KIB, requests: 6 },
	gate: { bytes: 12 * KIB, requests: 6 },
	script: 6 * KIB,
	style: 6 * KIB,
};
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const VARIANTS = [
	{ name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
	{ name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
	{ name: '320 px', colorScheme: 'light', viewport: { width: 320, height: 640 } },
	{ name: '320 px dark', colorScheme: 'dark', viewport: { width: 320, height: 640 } },
];
const CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
	+ "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
	+ "frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES = {
	'.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png',
	'.jpg': 'image/jpeg', '.xml': 'application/xml', '.txt': 'text/plain; charset=utf-8',
	'.mp4': 'video/mp4', '.webm': 'video/webm', '.mp3': 'audio/mpeg', '.ogg': 'audio/ogg',
};

// What the gateway fills in; each shell is looked at in every state it has.
const OFFERS = [
	{ id: 'one', title: 'One course', price: '€39.00', page: '/m/courses/one/two/', lang: 'en' },
	{ id: 'all', title: 'All courses', price: '€12.00', interval_month: true, page: '', lang: 'en' },
];
const ORDER = { order_id: 'a1b2c3', product_title: 'One course', amount: '€39.00', start: '/', retry: '/' };
const SHELLS = {
	paywall: [
		{ page_title: 'The second lesson', teaser: '/', offers: OFFERS },
		{ page_title: 'The second lesson', teaser: '', reader: true, offers: OFFERS.slice(0, 1) },
	],
	return: [
		{ ...ORDER, paid: true },
		{ ...ORDER, failed: true },
		{ ...ORDER, expired: true },
		{ unknown: true },
		// Without `refresh`: a gateway that sends the Refresh header needs no element.
		{ ...ORDER, arriving: true, session_url: '/checkout/return?session_id=x' },
	],
	account: [
		{},
		{ reader: true, empty: true, sign_out: '/account/sign-out' },
		{ reader: true, products: [{ title: 'One', url: '/', until: '2027-01-01' }, { title: 'Two', url: '/' }],
			sign_out: '/account/sign-out' },
	],
	error: ['not_found', 'forbidden', 'too_many', 'unavailable', 'bad_request', 'internal']
		.map((kind) => ({ status: 400, home: '/', [kind]: true })),
	checkout: [{ unavailable: true, retry: '/' }, { refused: true, retry: '/' }],
};

// Sections, inverted sections and escaped names: all that shells use.
function fill(text, data, outer = []) {
	const stack = [data, ...outer];
	const get = (name) => stack.find((d) => d && typeof d === 'object' && name in d)?.[name];
	const escape = (s) => String(s ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
	return text
		.replace(/<%([#^])\s*(\w+)\s*%>([\s\S]*?)<%\/\s*\2\s*%>/g, (all, kind, name, inside) => {
			const value = get(name);
			const list = Array.isArray(value) ? value : value ? [value] : [];
			if (kind === '^')
				return list.length ? '' : fill(inside, data, outer);
			return list.map((item) => fill(inside, item, stack)).join('');
		})
		.replace(/<%\s*(\w+)\s*%>/g, (all, name) => escape(get(name)));
}

let base, browser, server, built, pages = [], release = process.env.RELEASE;

function run(program, ...words) {
	const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
	assert.equal(status, 0, `${program} ${words.join(' ')}: ${stderr}`);
}

// As `make demo` does: a copy, with the media that are made by a script.
function buildExample() {
	built = mkdtempSync(join(tmpdir(), 'pennypress-pages-'));
	const content = join(built, 'courses');
	const out = join(built, 'site');
	cpSync(join(top, 'content-example'), content, { recursive: true });
	run('sh', join(content, 'media.sh'), content);
	run(join(process.env.BIN ?? join(top, 'build', 'bin'), 'pennypress'), 'build', content, '--out', out);
	return join(out, 'current');
}

function shellAt(path) {
	const [, lang, name, state] = /^\/gate\/([\w-]+)\/(\w+)\/(\d+)$/.exec(path) ?? [];
	if (!lang)
		return null;
	return fill(readFileSync(join(release, 'gate', lang, `${name}.html`), 'utf8'), SHELLS[name][state]);
}

function answer(request, response) {
	const path = decodeURIComponent(request.url.split('?')[0]);
	let file = join(release, path.startsWith('/m/') ? 'members' : 'public', path.replace(/^\/m(?=\/)/, ''));
	if (path.endsWith('/'))
		file += 'index.html';
	const shell = shellAt(path);
	if (shell === null && !(existsSync(file) && statSync(file).isFile())) {
		response.writeHead(404).end();
		return;
	}
	const type = shell === null ? TYPES[extname(file)] ?? 'application/octet-stream' : TYPES['.html'];
	const body = shell === null ? readFileSync(file) : Buffer.from(shell);
	const text = /text|svg|xml/.test(type);
	response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP,
		...text && { 'content-encoding': 'gzip' } });
	response.end(text ? gzipSync(body) : body);
}

const kindOf = (html, path) => /<body class="([\w-]+)"/.exec(html)?.[1] === 'lesson'
	&& /class="box rest"/.test(html) ? 'teaser'
	: path.startsWith('/m/') && /<body class="gate-page"/.test(html) ? 'paywall'
	: /<body class="([\w-]+)"/.exec(html)?.[1] ?? 'other';

async function visit(path) {
	const response = await fetch(base + path, { redirect: 'manual' });
	const type = response.headers.get('content-type') ?? '';
	if (!type.startsWith('text/html'))
		return null;
	const html = await response.text();
	return { path, html, status: response.status, kind: kindOf(html, path),
		lang: /<html lang="([^"]+)"/.exec(html)?.[1] ?? '' };
}

async function crawl() {
	const seen = new Set(['/']);
	const queue = ['/'];
	const found = [];
	while (queue.length && found.length < CRAWL_MOST) {
		const page = await visit(queue.shift());
		if (!page)
			continue;
		found.push(page);
		for (const [, href] of page.html.matchAll(/\shref="([^"#?]+)/g)) {
			const url = new URL(href.replaceAll('&amp;', '&'), base + page.path);
			if (url.origin !== base || seen.has(url.pathname) || !url.pathname.endsWith('/'))
				continue;
			seen.add(url.pathname);
			queue.push(url.pathname);
		}
	}
	return found;
}

async function gatePages() {
	const paths = [];
	if (release) {
		for (const lang of new Set(pages.map((p) => p.lang)))
			for (const [name, states] of Object.entries(SHELLS))
				if (existsSync(join(release, 'gate', lang, `${name}.html`)))
					paths.push(...states.map((_, i) => `/gate/${lang}/${name}/${i}`));
	} else {
		paths.push('/account', '/checkout/return?session_id=cs_none', '/no/such/page/');
	}
	return (await Promise.all(paths.map(visit))).filter(Boolean)
		.map((p) => ({ ...p, kind: 'gate' }));
}

// Of each kind and language the page with the most in it; of the gateway's every
// state, in one language.
function chosen() {
	const best = new Map();
	for (const p of pages) {
		const key = p.kind === 'gate' ? p.path.replace(/^\/gate\/[\w-]+/, '') : `${p.kind} ${p.lang}`;
		if (!best.has(key) || (p.kind !== 'gate' && best.get(key).html.length < p.html.length))
			best.set(key, p);
	}
	return [...best.values()];
}

// One context, many pages: go() leads to each of the chosen ones in turn.
async function look(options, each) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const found = [];
	let faults = [];
	page.on('console', (m) => {
		// A gateway's 402 or 404 is an answer, not a fault of the page.
		if (m.type() === 'error' && !/status of 40[24]/.test(m.text()))
			faults.push(m.text());
	});
	page.on('pageerror', (e) => faults.push(String(e)));
	await page.addInitScript(() => {
		globalThis.violations = [];
		addEventListener('securitypolicyviolation', (e) =>
			globalThis.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
	});
	for (const it of chosen()) {
		faults = [];
		await page.goto(base + it.path, { waitUntil: 'load' });
		await each(page, it, faults);
		found.push(...faults.map((f) => `${it.path}: ${f}`));
	}
	await context.close();
	assert.deepEqual(found, []);
}

before(async () => {
	if (process.env.SITE) {
		base = new URL(process.env.SITE).origin;
		release = undefined;
	} else {
		release ??= buildExample();
		server = createServer(answer);
		await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
		base = `http://127.0.0.1:${server.address().port}`;
	}
	browser = await openBrowser();
	pages = await crawl();
	pages.push(...await gatePages());
});

after(async () => {
	await browser?.close();
	server?.close();
	if (built)
		rmSync(built, { recursive: true, force: true });
});

test('links from the first page lead to every kind of page', (t) => {
	const kinds = new Set(pages.map((p) => p.kind));
	t.diagnostic(`${pages.length} pages: ${[...kinds].sort().join(', ')}`);
	for (const kind of ['home', 'course', 'lesson', 'gate'])
		assert.ok(kinds.has(kind), `no ${kind} page found`);
	const broken = pages.filter((p) => p.status >= 400 && p.kind !== 'gate' && !p.path.startsWith('/m/'));
	assert.deepEqual(broken.map((p) => p.path), []);
});

for (const { name, ...variant } of VARIANTS) {
	test(`no accessibility fault, violation or sideways scroll: ${name}`, () =>
		look(variant, async (page, it, faults) => {
			faults.push(...await page.evaluate(() => globalThis.violations));
			const [wide, top] = await page.evaluate(() => {
				const shown = [...document.querySelectorAll('h1, h2, h3')]
					.find((h) => h.checkVisibility());
				return [document.documentElement.scrollWidth - innerWidth,
					shown ? shown.getBoundingClientRect().top : Infinity];
			});
			if (wide > 0)
				faults.push(`${wide} px wider than the window`);
			if (top > 180)
				faults.push(`the first heading is ${top} px from the top`);
			await page.evaluate(axe.source);
			const result = await page.evaluate((values) =>
				axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), RULES);
			for (const v of result.violations)
				faults.push(`${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
		}));
}

test('pages are inside their budgets', async (t) => {
	const largest = {};
	await look({}, async (page, { kind, html }, faults) => {
		const session = await page.context().newCDPSession(page);
		const types = new Map(), sizes = {};
		let requests = 0, bytes = 0;
		await session.send('Network.enable');
		await session.send('Network.setCacheDisabled', { cacheDisabled: true });
		session.on('Network.responseReceived', (e) => types.set(e.requestId, e.type));
		session.on('Network.loadingFinished', (e) => {
			const type = types.get(e.requestId);
			requests++;
			if (type !== 'Image' && type !== 'Media')
				bytes += e.encodedDataLength;
			sizes[type] = (sizes[type] ?? 0) + e.encodedDataLength;
		});
		await page.reload({ waitUntil: 'networkidle' });
		await session.detach();
		const budget = BUDGETS[kind === 'paywall' ? 'gate' : kind];
		const media = [...html.matchAll(/<(img|video|audio|source)\s/g)].length;
		if (budget && bytes > budget.bytes)
			faults.push(`${bytes} bytes, allowed ${budget.bytes}`);
		if (budget && requests - media > budget.requests)
			faults.push(`${requests} requests`);
		if ((sizes.Script ?? 0) > BUDGETS.script)
			faults.push(`${sizes.Script} bytes of script`);
		if ((sizes.Stylesheet ?? 0) > BUDGETS.style)
			faults.push(`${sizes.Stylesheet} bytes of styles`);
		if (sizes.Font)
			faults.push('a web font');
		if (budget === BUDGETS.gate && sizes.Script)
			faults.push('script on a page of the gateway');
		if (bytes > (largest[kind]?.bytes ?? 0))
			largest[kind] = { bytes, requests };
	});
	t.diagnostic(Object.entries(largest)
		.map(([kind, l]) => `${kind} ${(l.bytes / KIB).toFixed(1)} KiB in ${l.requests}`).join(', '));
});

test('nothing is missing without script', () =>
	look({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } }, async (page, { kind, path }) => {
		assert.ok(await page.locator('h1').first().isVisible(), `${path}: no heading`);
		assert.equal(await page.locator('.switch:visible').count(), 0, `${path}: a switch that does nothing`);
		const menu = page.locator('.menu > summary');
		if (await menu.count()) {
			await menu.click();
			assert.ok(await page.locator('.menu a').first().isVisible(), `${path}: the menu does not open`);
			await menu.click();
		}
		if (kind === 'lesson' || kind === 'teaser') {
			await page.locator('.side > summary').click();
			assert.ok(await page.locator('.side [aria-current=page]').isVisible(), `${path}: current lesson`);
		}
		if (kind === 'teaser')
			assert.ok(await page.locator('.rest').isVisible());
	}));

test('printing drops the chrome and keeps the text', () =>
	look({}, async (page, { kind, path }) => {
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.locator('.bar:visible, .side:visible, .toc:visible, .turn:visible, '
			+ '.foot:visible, .copy:visible').count(), 0, path);
		assert.ok(await page.locator('h1').isVisible(), path);
		if (['lesson', 'teaser', 'article', 'page'].includes(kind))
			assert.ok(await page.locator('.prose').isVisible(), path);
	}));

test('script adds a theme that is remembered, copying, and keys', async () => {
	const lesson = pages.find((p) => p.kind === 'lesson' && /<pre/.test(p.html) && /rel="next"/.test(p.html))
		?? pages.find((p) => p.kind === 'lesson' && /rel="next"/.test(p.html));
	const context = await browser.newContext({ colorScheme: 'light',
		permissions: ['clipboard-read', 'clipboard-write'] });
	const page = await context.newPage();
	await page.goto(base + lesson.path);
	const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const light = await paper();
	await page.locator('.switch').click();
	assert.notEqual(await paper(), light);
	await page.reload();
	assert.notEqual(await paper(), light, 'the choice is forgotten');
	assert.equal(await page.locator('.switch').getAttribute('aria-pressed'), 'true');
	if (/<pre/.test(lesson.html)) {
		await page.locator('.copy').first().focus();
		await page.keyboard.press('Enter');
		await page.waitForFunction(() =>
			document.querySelector('.copy').textContent === document.body.dataset.copied);
		const copied = await page.evaluate(() => navigator.clipboard.readText());
		const code = await page.locator('pre').first().textContent();
		assert.equal(copied, code.replace(/\n$/, ''));
		await page.evaluate(() => document.activeElement.blur());
	}
	const next = await page.locator('.turn a[rel=next]').getAttribute('href');
	await page.keyboard.press('ArrowRight');
	await page.waitForURL(base + new URL(next, base).pathname);
	await page.keyboard.press('ArrowLeft');
	await page.waitForURL(base + lesson.path);
	await context.close();
});

test('teasers keep what is locked as plain text, and sell', () => {
	for (const { path, html } of pages.filter((p) => p.kind === 'teaser')) {
		assert.match(html, /"isAccessibleForFree":false/, path);
		assert.match(html, /<a href="[^"]*\/m\/[^"]+" rel="nofollow">/, path);
		for (const [, item] of html.matchAll(/<li[^>]*>(<span>.*?<\/span>)/gs))
			assert.doesNotMatch(item, /<a /, path);
	}
});

test('structured data parses, and every page names itself', () => {
	for (const { path, html, kind } of pages) {
		for (const [, json] of html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs))
			assert.ok(JSON.parse(json)['@graph'].length, path);
		assert.match(html, /<title>[^<]+<\/title>/, path);
		if (kind === 'gate' || kind === 'paywall')
			assert.match(html, /<meta name="robots" content="noindex">/, path);
		assert.doesNotMatch(html, /<%/, path);
		for (const [tag] of html.matchAll(/<[a-z][^>]*>/g))
			assert.doesNotMatch(tag, /\s(style|on[a-z]+)=/, path);
	}
});

function checker() {
	if (spawnSync('java', ['-version']).status !== 0)
		return null;
	try {
		return createRequire(import.meta.url)('vnu-jar');
	} catch {
		return null;
	}
}

test('all pages are valid HTML', (t) => {
	const jar = checker();
	if (!jar) {
		t.skip('skipped: java or the npm package vnu-jar is missing');
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), 'pennypress-html-'));
	try {
		const names = pages.map(({ html }, i) => {
			const name = join(folder, `${i}.html`);
			writeFileSync(name, html);
			return name;
		});
		const result = spawnSync('java', ['-Xss4m', '-jar', jar, '--format', 'json', '--exit-zero-always', ...names],
			{ encoding: 'utf8', maxBuffer: 64 << 20 });
		const faults = JSON.parse(result.stderr).messages.filter((m) => m.type === 'error')
			.map((m) => `${pages[Number(/(\d+)\.html$/.exec(m.url)[1])].path}:${m.lastLine}: ${m.message}`);
		assert.deepEqual(faults, []);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
