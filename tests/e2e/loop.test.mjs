// The whole way round, in real browsers: what readers do on the pages reaches
// the gateway, its export reaches the next build, and what they have in common
// stands on a page. And what nobody allowed is nowhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { elapse, openBrowser } from './browser.mjs';
import { Gate, until } from './gate.mjs';

const COMPOST = '\n\nA garden needs compost, and compost needs worms and mulch.\n';
const paid = (title) => `# ${title}${COMPOST}\n<!--more-->\n\nThe rest of the heap.\n`;
const content = (url) => ({
	'site.yaml': `title: Garden\nurl: ${url}\nbeacon: yes\n`,
	'courses/soil/index.md': `---\ntitle: Soil and compost\nprice: 9.00 EUR\n---${COMPOST}`,
	'courses/soil/01-heap.md': paid('The compost heap'),
	'courses/soil/02-end.md': paid('The end of compost'),
	'courses/beds/index.md': `---\ntitle: Beds and compost\nprice: 9.00 EUR\n---${COMPOST}`,
	'courses/beds/01-dig.md': paid('Digging compost in'),
	'articles/tea.md': '---\ntitle: A pot of tea\ndate: 2026-03-01\n---\nWater, leaves, patience.\n',
	'articles/rain.md': '---\ntitle: Rain\ndate: 2026-03-01\n---\nClouds over the hills.\n',
});
const SOIL = '/courses/soil/';
const TEA = '/articles/tea/';
const END = '/m/courses/soil/end/';

const gate = new Gate();
let browser, readers = 0;

before(async () => {
	await gate.open({ content, events: { readers: 'ask', beacon: 'yes' } });
	await gate.start();
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	await gate.close();
});

// Somebody at an address of their own, whose clock is told when to go on.
async function reader(init) {
	const context = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': `10.9.8.${++readers}` } });
	const page = await context.newPage();
	if (init)
		await page.addInitScript(init);
	await page.clock.install();
	return { context, page };
}

async function open(page, path) {
	const answer = await page.goto(gate.url + path);
	assert.equal(answer.status(), 200, path);
	await elapse(page, 4);
}

// What an export says now, as [reader, item, kind].
function exported() {
	const { stdout: text } = gate.export('-');
	assert.doesNotMatch(text, /10\.9\.8|Mozilla|Chrome/);
	return text.split('\n').filter((line) => line && line[0] !== '#').map((line) => {
		const [time, who, item, kind] = line.split('\t');
		assert.equal(time % 3600, 0);
		assert.match(who, /^[0-9a-f]{16}$/);
		return [who, item.replace(/^\/m(?=\/)/, ''), kind];
	});
}
const count = (kind, item) => exported().filter((e) => e[2] === kind && e[1] === item).length;

test('six readers of a course also read an article', async () => {
	for (let i = 0; i < 6; i++) {
		const { context, page } = await reader();
		await open(page, SOIL);
		await open(page, TEA);
		assert.deepEqual(await context.cookies(), [], 'no cookie for a visit');
		await context.close();
	}
	const shy = await reader(() => Object.defineProperty(navigator, 'doNotTrack', { value: '1' }));
	await open(shy.page, SOIL);
	await shy.context.close();
	await until('six visits of each', () => count('visit', SOIL) >= 6 && count('visit', TEA) >= 6, 30000);
	const events = exported().filter((e) => e[2] === 'visit');
	assert.equal(events.length, 12, 'and of nobody else');
	assert.equal(new Set(events.map((e) => e[0])).size, 6);
});

test('a buyer is asked first, has a list, and may stop', async () => {
	const { context, page } = await reader();
	await page.goto(`${gate.url}${SOIL}heap/`);
	await page.locator('form[action$="/checkout"] button').first().click();
	await page.waitForURL(/\/c\/pay\//);
	await page.fill('input[name="email"]', 'reader@example.org');
	await page.locator('button[value="pay"]').click();
	await page.waitForURL(/\/checkout\/return\?/);
	await until('the payment', async () => {
		if (await page.locator('main a.button[href*="/m/"]').count())
			return true;
		await page.reload();
		return false;
	});

	// Not asked yet: nothing is noted. The list needs no note.
	await open(page, END);
	const list = page.locator('.block[data-block=list] a');
	assert.equal(new URL(await list.first().getAttribute('href'), gate.url).pathname, '/courses/beds/');
	assert.equal(await page.locator('.block[data-block=next]').count(), 0, 'instead of what everybody gets');
	await page.goto(`${gate.url}/account`);
	assert.equal(await page.locator('.entry').count(), 1);
	assert.equal(new URL(await list.first().getAttribute('href'), gate.url).pathname, '/courses/beds/');
	assert.match(await page.locator('main').textContent(), /is not noted[^]*400 days|400 days[^]*is not noted/);

	await page.locator('button[name=reading][value=yes]').click();
	await page.locator('button[name=reading][value=no]').waitFor();
	await open(page, END);
	await until('the visit', () => count('visit', `${SOIL}end/`) >= 1, 30000);
	assert.equal(count('visit', `${SOIL}end/`), 1, 'the one after the answer');

	await page.goto(`${gate.url}/account`);
	await page.locator('button[name=reading][value=no]').click();
	await page.locator('button[name=reading][value=yes]').waitFor();
	await open(page, END);
	await open(page, `/m${SOIL}heap/`);
	const choice = (await context.cookies()).find((c) => c.name.endsWith('-reading'));
	assert.equal(choice.value, 'no');
	await context.close();

	// A visit that is allowed, after those that are not, has arrived: so they never will.
	const last = await reader();
	await open(last.page, '/articles/rain/');
	await last.context.close();
	await until('the last visit', () => count('visit', '/articles/rain/') >= 1, 30000);
	assert.equal(count('visit', `${SOIL}end/`), 1);
	assert.equal(count('visit', `${SOIL}heap/`), 1, 'the public page, before buying');
});

test('the next build knows what they have in common', async () => {
	const html = () => readFileSync(join(gate.folder, 'site/current/public/courses/soil/index.html'), 'utf8');
	assert.doesNotMatch(html(), /data-block="also"/);
	const file = join(gate.folder, 'events.tsv');
	assert.match(gate.export(file).stderr, / 1 of them purchases/);
	gate.build({}, '--events', file);
	const also = /<aside class="block" data-block="also"[^]*?<\/aside>/.exec(html())?.[0] ?? '';
	assert.ok(also.includes(`<a href="${TEA}">`), html());
	const manifest = JSON.parse(readFileSync(join(gate.folder, 'site/current/release.json'), 'utf8'));
	assert.match(manifest.source.events, /^[0-9a-f]{40}$/);
	await until('the new release to be served', async () =>
		(await (await fetch(gate.url + SOIL)).text()).includes('data-block="also"'));
});
