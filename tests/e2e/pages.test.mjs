// Every kind of page in a real browser: accessible, inside its budget, valid,
// silent under the gateway's Content-Security-Policy, whole without script,
// and telling search engines the truth.
//
// Looks at the example site as `make demo` starts it, bought and not bought, and
// at every state of the gateway's shells; or only at
//	SITE=http://127.0.0.1:8080   a running gateway that serves public pages too
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { openBrowser } from './browser.mjs';
import { absolute, readXml, schemas, schemaOf } from './schema.mjs';
import { startDemo, textOf } from './stack.mjs';

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
const LIST = {
	has_list: true,
	list: [
		{ title: 'Two courses', url: '/', description: 'What it is about.', because: 'One course' },
		{ title: '两门课', url: '/zh/', description: '关于什么。', because: 'One course', other_lang: 'zh' },
	],
};
const READING = { reading: true, reading_action: '/account/reading', keep_days: 400, rotate_days: 90 };
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
		{ ...ORDER, arriving: true, session_url: '/checkout/return?session_id=x' },
		{ ...ORDER, confirm: true, confirm_action: '/checkout/return', session_id: 'x' },
	],
	account: [
		{},
		{ reader: true, empty: true, sign_out: '/account/sign-out' },
		{ reader: true, products: [{ title: 'One', url: '/', until: '2027-01-01' }, { title: 'Two', url: '/' }],
			sign_out: '/account/sign-out', ...LIST, ...READING, reading_on: true },
		{ reader: true, empty: true, sign_out: '/account/sign-out', ...READING, reading_off: true },
		{ ...READING, keep_days: 0, rotate_days: 0, reading_off: true, reading_browser: true },
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

let base, browser, demo, server, shells, policy, pages = [], release;

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
	const sent = text ? gzipSync(body) : body;
	response.writeHead(200, { 'content-type': type, 'content-security-policy': policy,
		...text && { 'content-encoding': 'gzip' }, 'content-length': sent.length });
	response.end(sent);
}

const kindOf = (html, path) => {
	const body = /<body class="([\w-]+)"/.exec(html)?.[1] ?? 'other';
	if (body === 'lesson' && /class="box rest"/.test(html))
		return 'teaser';
	return body === 'gate-page' ? path.startsWith('/m/') ? 'paywall' : 'gate' : body;
};

// `cookies` are of a reader who has bought something.
async function visit(path, { from = base, cookies = [] } = {}) {
	const response = await fetch(from + path, { redirect: 'manual',
		headers: { cookie: cookies.map((c) => `${c.name}=${c.value}`).join('; ') } });
	const type = response.headers.get('content-type') ?? '';
	if (!type.startsWith('text/html'))
		return null;
	const html = await response.text();
	return { path, url: from + path, html, cookies, status: response.status, kind: kindOf(html, path),
		policy: response.headers.get('content-security-policy'),
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
		for (const [, href] of page.html.matchAll(/<a\s[^>]*?href="([^"#?]+)/g)) {
			const url = new URL(href.replaceAll('&amp;', '&'), base + page.path);
			if (url.origin !== base || seen.has(url.pathname) || !url.pathname.endsWith('/'))
				continue;
			seen.add(url.pathname);
			queue.push(url.pathname);
		}
	}
	return found;
}

const isPublic = (p) => p.status === 200 && !['gate', 'paywall'].includes(p.kind)
	&& !p.path.startsWith('/m/');

// What anybody gets from the gateway without buying.
function strangersPages() {
	const paths = ['/account', '/checkout/return?session_id=cs_none', '/no/such/page/'];
	return Promise.all(paths.map((path) => visit(path)));
}

// Every state of every shell, filled here, under the gateway's own policy.
async function shellPages() {
	const paths = [];
	for (const lang of new Set(pages.map((p) => p.lang)))
		for (const [name, states] of Object.entries(SHELLS))
			paths.push(...states.map((_, i) => `/gate/${lang}/${name}/${i}`));
	server = createServer(answer);
	await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
	shells = `http://127.0.0.1:${server.address().port}`;
	return Promise.all(paths.map((path) => visit(path, { from: shells })));
}

// Buys from a teaser on the hosted page: the page it ends at, and the lesson.
async function buy(teaser, button) {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(teaser.url);
	await page.locator('form[action$="/checkout"] button').first().click();
	await page.waitForURL(/\/c\/pay\//);
	await page.fill('input[name="email"]', 'reader@example.org');
	await page.locator(`button[value="${button}"]`).click();
	await page.waitForURL(/\/checkout\/return\?/);
	const to = new URL(page.url());
	const cookies = await context.cookies(base);
	await context.close();
	return { cookies, path: to.pathname + to.search };
}

async function buyersPages() {
	const found = [];
	for (const lang of new Set(pages.map((p) => p.lang))) {
		const teaser = pages.find((p) => p.kind === 'teaser' && p.lang === lang);
		if (!teaser)
			continue;
		const { cookies, path } = await buy(teaser, 'pay');
		const lesson = await visit(`/m${teaser.path}`, { cookies });
		assert.equal(lesson.status, 200, lesson.path);
		found.push(await visit(path, { cookies }), await visit('/account', { cookies }),
			{ ...lesson, kind: 'lesson' });
	}
	return found;
}

// Of each kind and language the page with the most in it; of the gateway every
// state, those of the shells in one language.
function chosen() {
	const best = new Map();
	for (const p of pages) {
		const gate = p.kind === 'gate';
		const key = gate ? p.path.replace(/^\/gate\/[\w-]+/, '') + p.cookies.length
			: `${p.kind} ${p.lang} ${p.cookies.length}`;
		if (!best.has(key) || (!gate && best.get(key).html.length < p.html.length))
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
		if (m.type() === 'error' && !/status of 4\d\d/.test(m.text()))
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
		await context.clearCookies();
		await context.addCookies(it.cookies);
		await page.goto(it.url, { waitUntil: 'load' });
		await each(page, it, faults);
		found.push(...faults.map((f) => `${it.path}: ${f}`));
	}
	await context.close();
	assert.deepEqual(found, []);
}

before(async () => {
	if (process.env.SITE) {
		base = new URL(process.env.SITE).origin;
	} else {
		demo = await startDemo();
		base = demo.site;
		release = join(demo.folder, 'site', 'current');
	}
	browser = await openBrowser();
	pages = await crawl();
	policy = pages[0].policy;
	pages.push(...await strangersPages());
	if (demo)
		pages.push(...await buyersPages(), ...await shellPages());
});

after(async () => {
	await browser?.close();
	server?.close();
	await demo?.stop();
});

test('links from the first page lead to every kind of page', (t) => {
	const kinds = new Set(pages.map((p) => p.kind));
	t.diagnostic(`${pages.length} pages: ${[...kinds].sort().join(', ')}`);
	for (const kind of ['home', 'course', 'lesson', 'gate', 'not-found',
		...demo ? ['teaser', 'paywall', 'article', 'articles', 'author', 'page'] : []])
		assert.ok(kinds.has(kind), `no ${kind} page found`);
	for (const p of pages.filter((p) => p.url.startsWith(base))) {
		if (p.kind === 'paywall')
			assert.equal(p.status, 402, p.path);
		else if (p.path !== '/no/such/page/' && p.kind !== 'gate')
			assert.equal(p.status, 200, p.path);
	}
});

test('the policy allows nothing but this origin, and the checkout for forms', () => {
	for (const p of pages) {
		assert.equal(p.policy, policy, p.path);
		const rules = new Map(p.policy.split(';').map((r) => r.trim().split(' '))
			.map(([name, ...values]) => [name, values]));
		assert.deepEqual(rules.get('default-src'), ["'none'"]);
		assert.deepEqual(rules.get('base-uri'), ["'none'"]);
		assert.deepEqual(rules.get('frame-ancestors'), ["'none'"]);
		assert.deepEqual(rules.get('require-trusted-types-for'), ["'script'"]);
		for (const [name, values] of rules) {
			if (name.endsWith('-src') && name !== 'default-src')
				assert.deepEqual(values, ["'self'"], `${p.path}: ${name}`);
		}
	}
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
		session.on('Network.responseReceived', ({ requestId, type, response }) => {
			const length = Object.entries(response.headers)
				.find(([name]) => name.toLowerCase() === 'content-length');
			types.set(requestId, type);
			sizes[type] = (sizes[type] ?? 0) + Number(length?.[1] ?? 0);
		});
		session.on('Network.loadingFinished', (e) => {
			const type = types.get(e.requestId);
			requests++;
			if (type !== 'Image' && type !== 'Media')
				bytes += e.encodedDataLength; // with the headers
		});
		await page.reload({ waitUntil: 'load' });
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
		for (const block of await page.locator('.block').all())
			assert.ok(await block.locator('a').first().isVisible(), `${path}: an empty block`);
	}));

test('printing drops the chrome and keeps the text', () =>
	look({}, async (page, { kind, path }) => {
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.locator('.bar:visible, .side:visible, .toc:visible, .turn:visible, .block:visible, '
			+ '.foot:visible, .copy:visible').count(), 0, path);
		assert.ok(await page.locator('h1').isVisible(), path);
		if (['lesson', 'teaser', 'article', 'page'].includes(kind))
			assert.ok(await page.locator('.prose').isVisible(), path);
	}));

test('script adds a theme that is remembered, copying, and keys', async () => {
	const lessons = pages.filter((p) => p.kind === 'lesson' && !p.cookies.length && /rel="next"/.test(p.html));
	const lesson = lessons.find((p) => /<pre/.test(p.html)) ?? lessons[0];
	const context = await browser.newContext({ colorScheme: 'light',
		permissions: ['clipboard-read', 'clipboard-write'] });
	const page = await context.newPage();
	await page.goto(lesson.url);
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
	await page.waitForURL(lesson.url);
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

const attribute = (html, pattern) => {
	const text = pattern.exec(html)?.[1];
	return text && textOf(text);
};

// [{kind, id, heading, entries: [{path, lang}]}] of a page.
function blocksOf(html) {
	return [...html.matchAll(/<aside class="block" data-block="(\w+)" aria-labelledby="([\w-]+)">([^]*?)<\/aside>/g)]
		.map(([, kind, id, inside]) => ({ kind, id,
			heading: attribute(inside, new RegExp(`<h2 id="${id}">([^<]+)</h2>`)),
			entries: [...inside.matchAll(/<li><a href="([^"]+)"(?: lang="([\w-]+)" hreflang="\2")?>([^<]+)<\/a>/g)]
				.map(([, href, lang, title]) => ({ path: new URL(href, base).pathname, lang, title })) }));
}

test('blocks lead to other pages that are there, those of the language first', async () => {
	const byPath = new Map(pages.filter(isPublic).map((p) => [p.path, p]));
	for (const { path, html, lang, cookies } of pages.filter((p) => p.url.startsWith(base))) {
		const blocks = blocksOf(html);
		assert.equal(blocks.length, [...html.matchAll(/<aside class="block"/g)].length, path);
		const entries = blocks.flatMap((b) => b.entries);
		assert.equal(new Set(entries.map((e) => e.path)).size, entries.length, `${path} names one twice`);
		for (const block of blocks) {
			assert.ok(block.heading, path);
			assert.ok(block.entries.length >= 1 && block.entries.length <= 4, path);
			const foreign = block.entries.findIndex((e) => e.lang);
			assert.ok(foreign < 0 || block.entries.slice(foreign).every((e) => e.lang),
				`${path}: another language before the page's`);
			for (const { path: to, lang: of } of block.entries) {
				assert.notEqual(to, path, 'a page does not lead to itself');
				const page = byPath.get(to) ?? await visit(to, { cookies });
				assert.equal(page.status, 200, `${path} leads to ${to}`);
				assert.equal(page.lang, of ?? lang, `${path}: the language of ${to}`);
			}
		}
		// What is next or previous anyway is not recommended.
		for (const [, href] of html.matchAll(/<a rel="(?:prev|next)" href="([^"]+)"/g))
			assert.ok(!entries.some((e) => e.path === new URL(href, base).pathname), `${path}: ${href}`);
	}
	for (const kind of demo ? ['lesson', 'teaser', 'article'] : [])
		assert.ok(pages.some((p) => p.kind === kind && blocksOf(p.html).some((b) => b.kind === 'related')),
			`no ${kind} leads to anything`);
});

test('a members\' page that ends a course has a place for the reader\'s own list', async (t) => {
	if (!demo)
		return t.skip('skipped: needs the members\' pages');
	const { members } = await demo.manifest();
	const between = /^<!--reader's list-->\n([^]*?)^<!--\/reader's list-->\n/m;
	for (const { file, finishes } of members.filter((m) => m.file.endsWith('.html'))) {
		const found = between.exec(await demo.file(file));
		assert.equal(Boolean(found), finishes !== '', file);
		if (found)
			assert.deepEqual(blocksOf(found[1]).filter((b) => b.kind !== 'next'), [], file);
	}
	for (const lang of new Set(pages.map((p) => p.lang))) {
		const html = fill(await demo.file(`gate/${lang}/list.html`), LIST);
		const [list, ...more] = blocksOf(html);
		assert.deepEqual([list.kind, list.entries.map((e) => e.path), more.length], ['list', ['/', '/zh/'], 0]);
		assert.equal(fill(await demo.file(`gate/${lang}/list.html`), { list: [] }).trim(), '');
	}
});

test('nothing inline, nothing unfilled, and what is not for search engines says so', () => {
	for (const { path, html, kind } of pages) {
		assert.match(html, /<title>[^<]+<\/title>/, path);
		if (kind === 'gate' || kind === 'paywall' || kind === 'not-found' || path.startsWith('/m/'))
			assert.match(html, /<meta name="robots" content="noindex">/, path);
		assert.ok(!html.includes('<%'), path);
		for (const [tag] of html.matchAll(/<[a-z][^>]*>/g))
			assert.doesNotMatch(tag, /\s(style|on[a-z]+)=/, path);
		for (const [, type] of html.matchAll(/<script(?! src="\/)([^>]*)>/g))
			assert.equal(type, ' type="application/ld+json"', path);
	}
});

test('every public page has a title, a description and an address of its own', () => {
	const titles = new Map();
	for (const { path, html } of pages.filter(isPublic)) {
		const title = attribute(html, /<title>([^<]+)/);
		assert.equal(titles.get(title), undefined, `${path} is called '${title}' as well`);
		titles.set(title, path);
		const description = attribute(html, /<meta name="description" content="([^"]+)"/);
		assert.ok(description?.length >= 2, `${path}: no description`);
		assert.ok(description.length <= 320, `${path}: ${description.length} characters`);
		const canonical = attribute(html, /<link rel="canonical" href="([^"]+)"/);
		assert.equal(new URL(canonical).pathname, new URL(base + path).pathname);
	}
});

test('no head of a public page holds paid text', async (t) => {
	if (!demo)
		return t.skip('skipped: needs the members\' pages');
	for (const { path, html } of pages.filter((p) => p.kind === 'teaser')) {
		const paid = textOf(/<main[^]*<\/main>/.exec(
			readFileSync(join(release, 'members', decodeURIComponent(path), 'index.html'), 'utf8'))[0]);
		const shown = textOf(/<main[^]*<\/main>/.exec(html)[0]);
		const head = textOf(/<head>([^]*)<\/head>/.exec(html)[1].replace(/<script[^>]*>|<\/script>/g, ' '));
		const description = attribute(html, /<meta name="description" content="([^"]+)"/);
		for (let i = 0; i + 24 < description.length; i += 8) {
			const piece = description.slice(i, i + 24);
			assert.ok(!paid.includes(piece) || shown.includes(piece), `${path}: '${piece}'`);
		}
		for (let i = 0; i + 40 < paid.length; i += 20) {
			const piece = paid.slice(i, i + 40);
			assert.ok(shown.includes(piece) || !head.includes(piece), `${path}: '${piece}'`);
		}
	}
});

test('the same page in other languages is named by all of them', () => {
	for (const kind of ['home', 'articles']) {
		const all = pages.filter((p) => p.kind === kind);
		const wanted = all.length < 2 ? [] : all.map((p) => `${p.lang} ${new URL(p.url).pathname}`);
		for (const { html, path } of all) {
			const got = [...html.matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"/g)]
				.map(([, lang, url]) => `${lang} ${new URL(url).pathname}`);
			assert.deepEqual(got.filter((a) => !a.startsWith('x-default')).sort(), wanted.toSorted(), path);
			assert.equal(got.filter((a) => a.startsWith('x-default')).length, all.length < 2 ? 0 : 1, path);
		}
	}
});

test('structured data is what schema.org asks for', () => {
	for (const page of pages) {
		const found = [...page.html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)]
			.map(([, json]) => JSON.parse(json));
		for (const { '@context': context, '@graph': graph } of found) {
			assert.equal(context, 'https://schema.org');
			graph.forEach((node) => schemas[node['@type']](node, page));
		}
		if (isPublic(page) && schemaOf[page.kind])
			assert.ok(found[0]?.['@graph'].some((n) => n['@type'] === schemaOf[page.kind]), page.path);
		if (!isPublic(page))
			assert.equal(found.length, 0, page.path);
	}
});

test('feeds are Atom, and the sitemap names every public page', async () => {
	const page = await (await browser.newContext({ bypassCSP: true })).newPage();
	const read = async (path) => {
		const response = await fetch(new URL(path, base));
		assert.equal(response.status, 200, path);
		assert.match(response.headers.get('content-type'), /xml/);
		return readXml(page, await response.text());
	};
	const feeds = new Set(pages.filter(isPublic).flatMap(({ html }) =>
		/type="application\/atom\+xml" href="([^"]+)"/.exec(html)?.[1] ?? []));
	for (const path of feeds) {
		const { root, head, entries } = await read(path);
		assert.equal(root, 'http://www.w3.org/2005/Atom feed', path);
		assert.ok(entries.length, path);
		for (const one of [head, ...entries]) {
			assert.equal(one.id.length, 1, path);
			assert.ok(one.title[0], path);
			assert.match(one.updated.join(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, path);
		}
		assert.equal(new Set(entries.map((e) => e.id[0])).size, entries.length, path);
		entries.forEach((e) => absolute(e.link[0]));
	}
	const { root, entries } = await read('/sitemap.xml');
	if (root.endsWith(' urlset'))
		assert.deepEqual(entries.map((e) => new URL(e.loc[0]).pathname).sort(),
			pages.filter(isPublic).map((p) => new URL(p.url).pathname).sort());
	await page.context().close();
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
