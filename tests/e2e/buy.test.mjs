// The product's main job in a real browser, on the example site, started as
// `make demo` starts it: catalogue, course, free lesson, teaser, buy, hosted
// page, pay, paid lesson; and that nobody else gets a byte of it. Screenshots of
// every step are left in build/screenshots.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { startDemo, textOf, top } from './stack.mjs';

const shots = join(top, 'build', 'screenshots');
let demo, browser, manifest;

before(async () => {
	await mkdir(shots, { recursive: true });
	demo = await startDemo();
	manifest = await demo.manifest();
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	await demo?.stop();
});

// The paid lessons of a course, in the order of the manifest.
const paidLessons = (course) => manifest.members.filter((m) =>
	m.access === 'paid' && m.file.endsWith('.html') &&
	m.url.startsWith(`/m/courses/${course}/`));

// Runs of words of a paid page that its public teaser does not have.
async function secretsOf(member) {
	const runs = (html) => {
		const main = /<main[^]*<\/main>/.exec(html)[0];
		return [...main.matchAll(/<(p|li|td|pre)\b[^>]*>([^]*?)<\/\1>/g)]
			.map((m) => textOf(m[2])).filter((t) => t.length >= 30);
	};
	const teaser = new Set(runs(await demo.file(
		`public${decodeURI(member.teaser)}index.html`)));
	const secrets = runs(await demo.file(member.file))
		.filter((run) => !teaser.has(run));
	assert.ok(secrets.length >= 3, `${member.url} has something to sell`);
	return secrets;
}

async function shoot(page, name) {
	await page.screenshot({ path: join(shots, `${name}.png`) });
}

async function buyAndRead(course, home, shelf, scheme) {
	const context = await browser.newContext({ colorScheme: scheme });
	const page = await context.newPage();
	const complaints = [];
	page.on('console', (m) => {
		if (m.type() === 'error' && !/402|status of 4/.test(m.text()))
			complaints.push(m.text());
	});
	page.on('pageerror', (e) => complaints.push(String(e)));

	// Catalogue, course, free lesson.
	await page.goto(`${demo.site}${home}`);
	await shoot(page, `${shelf}-1-catalogue`);
	await page.locator(`main a[href$="/courses/${course}/"]`).first().click();
	await page.waitForURL(`**/courses/${course}/`);
	await shoot(page, `${shelf}-2-course`);
	await page.locator('.hero a.go').click();
	await page.waitForURL(`**/courses/${course}/*/*/`);
	assert.equal(await page.locator('form[action$="/checkout"]').count(), 0,
		'a free lesson sells nothing');
	await shoot(page, `${shelf}-3-free-lesson`);

	// A locked lesson from the curriculum: the beginning, and no more.
	const [member] = paidLessons(course);
	const secrets = await secretsOf(member);
	await page.goto(`${demo.site}/courses/${course}/`);
	await page.locator(`main a[href="${member.teaser}"]`).first().click();
	await page.waitForURL(`${demo.site}${member.teaser}`);
	await shoot(page, `${shelf}-4-teaser`);
	const teaser = textOf(await page.content());
	for (const secret of secrets)
		assert.ok(!teaser.includes(secret), 'the teaser keeps the rest');

	// Buy, and pay on the hosted page.
	await page.locator('form[action$="/checkout"] button').first().click();
	await page.waitForURL(/\/c\/pay\//);
	await shoot(page, `${shelf}-5-checkout`);
	await page.fill('input[name="email"]', 'reader@example.org');
	await page.locator('button[value="pay"]').click();
	await page.waitForURL(/\/checkout\/return\?/);
	await shoot(page, `${shelf}-6-return`);
	await page.locator('main a.button').click();
	await page.waitForURL(`${demo.site}${member.url}`);
	await shoot(page, `${shelf}-7-paid-lesson`);
	const read = textOf(await (await page.reload()).text());
	for (const secret of secrets)
		assert.ok(read.includes(secret), 'the paid lesson has it all');

	// Every other paid page of the course opens as well.
	for (const other of paidLessons(course)) {
		const answer = await page.goto(`${demo.site}${other.url}`);
		assert.equal(answer.status(), 200, other.url);
	}
	const cookies = await context.cookies(demo.site);
	for (const cookie of cookies) {
		assert.match(cookie.name, /^__Host-/);
		assert.ok(cookie.httpOnly && cookie.secure, cookie.name);
		assert.equal(cookie.sameSite, 'Lax');
	}
	assert.deepEqual(complaints, [], 'nothing in the console');
	await context.close();
	return { member, secrets };
}

async function refused(member, secrets, shelf) {
	const context = await browser.newContext();
	const page = await context.newPage();
	const answer = await page.goto(`${demo.site}${member.url}`);
	assert.equal(answer.status(), 402);
	const body = await answer.text();
	for (const secret of secrets)
		assert.ok(!textOf(body).includes(secret), 'not a byte of paid text');
	assert.match(answer.headers()['cache-control'], /private|no-store/);
	await shoot(page, `${shelf}-8-paywall`);
	assert.ok(await page.locator('form[action$="/checkout"]').count() > 0,
		'the paywall sells the page');
	await context.close();
}

test('an English course is found, bought and read; a stranger gets 402',
	async () => {
		const { member, secrets } =
			await buyAndRead('pointers', '/', 'en', 'light');
		await refused(member, secrets, 'en');
	});

test('the same in Chinese', async () => {
	const { member, secrets } =
		await buyAndRead('knowledge-business', '/zh/', 'zh', 'dark');
	await refused(member, secrets, 'zh');
});

test('the orders are in the books, once each', async () => {
	const { status, out } = await demo.gate('orders', 'list', '--json');
	assert.equal(status, 0, out);
	const orders = JSON.parse(out);
	const list = Array.isArray(orders) ? orders : orders.orders;
	assert.equal(list.length, 2);
	for (const order of list)
		assert.equal(order.state, 'paid');
});

test('no address of the paid pages opens without a token', async () => {
	for (const member of manifest.members) {
		const answer = await fetch(`${demo.site}${member.url}`,
			{ redirect: 'manual' });
		assert.equal(answer.status, 402, member.url);
		const body = await answer.arrayBuffer();
		const paid = await readFile(join(demo.folder, 'site', 'current',
			member.file));
		assert.ok(!Buffer.from(body).includes(paid.subarray(0, 200)),
			member.url);
	}
});

test('all of it works without JavaScript, at 320 pixels', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false,
		viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
	const page = await context.newPage();
	const [member] = paidLessons('knowledge-business');
	await page.goto(`${demo.site}${member.teaser}`);
	await shoot(page, 'zh-320-teaser');
	await page.locator('form[action$="/checkout"] button').first().click();
	await page.waitForURL(/\/c\/pay\//);
	await page.fill('input[name="email"]', 'reader@example.org');
	await page.locator('button[value="pay"]').click();
	await page.waitForURL(/\/checkout\/return\?/);
	await shoot(page, 'zh-320-return');
	await page.locator('main a.button').click();
	await page.waitForURL(`${demo.site}${member.url}`);
	await shoot(page, 'zh-320-paid-lesson');
	await context.close();
});

test('a push changes the site that is being served', async () => {
	const lesson = 'courses/pointers/01-seeing/01-boxes.md';
	const path = join(demo.folder, 'courses', lesson);
	const { appendFile } = await import('node:fs/promises');
	await appendFile(path, '\nThis sentence was pushed a moment ago.\n');
	await demo.git('commit', '-qam', 'One more sentence');
	const push = await demo.git('push', 'origin', 'main');
	assert.equal(push.status, 0, push.out);
	let body = '';
	for (let i = 0; i < 50 && !body.includes('pushed a moment ago'); i++) {
		await new Promise((done) => setTimeout(done, 100));
		body = await (await fetch(
			`${demo.site}/courses/pointers/seeing/boxes/`)).text();
	}
	assert.match(body, /pushed a moment ago/);
});

test('Ctrl-C stops the demo cleanly', async () => {
	await browser.close();
	browser = null;
	const stopping = demo;
	demo = null;
	assert.equal(await stopping.stop(), 0);
	await assert.rejects(fetch(`${stopping.site}/`));
});
