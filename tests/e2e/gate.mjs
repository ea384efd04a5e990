// A small hand-made release, pennymint and pennygate on loopback, for tests of
// money and tokens that need no generator and no browser.
//
// PENNYGATE and PENNYMINT name the programs (../../build/bin/...).
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
	renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const bin = (name) => process.env[name.toUpperCase()] ??
	fileURLToPath(new URL(`../../build/bin/${name}`, import.meta.url));
export const secret = 'whsec_of_the_test';
export const key = 'sk_test_of_the_test';
export const paidText = 'the text that was paid for';

export async function until(what, get, ms = 15000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) {
		const value = await get();

		if (value)
			return value;
	}
	assert.fail(`waited in vain for ${what}`);
}

export async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');

	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

const shells = {
	paywall: '<title>paywall</title><%page_title%> <%teaser%>',
	return: '<title>return</title>' +
		['paid', 'arriving', 'failed', 'expired', 'unknown'].map((name) =>
			`<%#${name}%>result ${name}<%/${name}%>`).join('') +
		'<%#confirm%>result confirm <%confirm_action%> <%session_id%><%/confirm%>' +
		'<%#confirm%>to confirm at <%confirm_action%><%/confirm%>' +
		' order <%order_id%> <%amount%> start <%start%>',
	account: '<title>account</title><%#products%>[<%title%>]<%/products%>' +
		'<%#has_list%> next <%#list%>(<%title%>)<%/list%><%/has_list%>' +
		'<%#reading%> reading <%#reading_on%>on<%/reading_on%>' +
		'<%#reading_off%>off<%/reading_off%><%/reading%>',
	list: '<%#has_list%>next <%#list%>(<%title%>)<%/list%>\n<%/has_list%>',
	error: '<title>error</title><%status%>',
	checkout: '<title>checkout</title>' +
		'<%#unavailable%>unavailable<%/unavailable%>' +
		'<%#refused%>refused<%/refused%>',
};

const offers = [
	['loops', 'Loops', 'one-off', 3900, 'EUR', '', ['loops']],
	['pointers', 'Pointers', 'one-off', 1200, 'JPY', '', ['pointers']],
	['both', 'Both courses', 'bundle', 5900, 'EUR', '',
		['loops', 'pointers']],
	['club', 'The club', 'membership', 900, 'EUR', 'month',
		['loops', 'pointers']],
].map(([id, title, kind, amount, currency, interval, products]) =>
	({ id, title, lang: 'en', kind, amount, currency, interval, products }));

/** Writes and publishes a release; `change` may alter its manifest. */
function writeRelease(folder, url, name, change = () => {}) {
	const release = join(folder, 'releases', name);
	const files = new Map([['public/index.html', '<title>home</title>']]);

	for (const [name, text] of Object.entries(shells))
		files.set(`gate/en/${name}.html`, text);
	for (const course of ['loops', 'pointers']) {
		files.set(`members/courses/${course}/a/index.html`,
			`<title>${course}</title>${paidText}`);
		files.set(`public/courses/${course}/a/index.html`,
			'<title>teaser</title>');
	}
	for (const [path, text] of files) {
		mkdirSync(dirname(join(release, path)), { recursive: true });
		writeFileSync(join(release, path), text);
	}
	const paths = [...files.keys()].sort();
	const sums = execFileSync('b2sum', ['-l', '160', ...paths],
		{ cwd: release, encoding: 'utf8' });
	const hashes = new Map(sums.trim().split('\n').map((line) =>
		line.split('  ').reverse()));
	const courses = ['loops', 'pointers'];

	const manifest = structuredClone({
		format: 1, generator: 'by hand', source: { commit: '', time: '' },
		site: { title: 'A site', url, gateway: url, languages: ['en'] },
		products: courses.map((id) => ({ id, title: `Course ${id}`,
			lang: 'en', url: `/courses/${id}/a/`,
			start: `/m/courses/${id}/a/` })),
		offers,
		members: courses.map((id) => ({ url: `/m/courses/${id}/a/`,
			file: `members/courses/${id}/a/index.html`, access: 'paid',
			title: id, lang: 'en', teaser: `/courses/${id}/a/`,
			products: [id] })),
		aliases: [],
		files: paths.map((path) => ({ path,
			bytes: Buffer.byteLength(files.get(path)),
			hash: hashes.get(path), type: 'text/html; charset=utf-8' })),
	});

	change(manifest);
	writeFileSync(join(release, 'release.json'),
		JSON.stringify(manifest, null, '\t'));
	symlinkSync(`releases/${name}`, join(folder, 'next'));
	renameSync(join(folder, 'next'), join(folder, 'current'));
}

/** pennymint in a process of its own. */
export class Mint {
	async start(webhook, ...more) {
		this.child = spawn(bin('pennymint'), ['--listen', '127.0.0.1:0',
			'--secret-key', key, '--webhook', webhook, '--webhook-secret',
			secret, '--retry-ms', '100', '--quiet', ...more],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
		let text = '';

		for (const stream of [this.child.stdout, this.child.stderr])
			stream.on('data', (piece) => { text += piece; });
		this.url = await until('pennymint', () =>
			/http:\/\/127\.0\.0\.1:[0-9]+/.exec(text)?.[0]);
	}

	async call(method, path, form) {
		const answer = await fetch(this.url + path, { method,
			headers: { authorization: `Bearer ${key}` },
			body: form && new URLSearchParams(form) });
		const text = await answer.text();

		assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
		return text ? JSON.parse(text) : {};
	}

	admin(path, form = {}) {
		return this.call('POST', `/_mint/${path}`, form);
	}

	misbehave(list) {
		return fetch(`${this.url}/_mint/misbehave`,
			{ method: 'POST', body: list }).then(async (answer) =>
			assert.ok(answer.ok, await answer.text()));
	}

	/** The session of an order, by its hosted address. */
	session(address) {
		return /cs_[A-Za-z0-9_]+/.exec(address)[0];
	}

	async stop() {
		this.child.kill('SIGTERM');
		if (this.child.exitCode === null && this.child.signalCode === null)
			await once(this.child, 'exit');
	}
}

let addresses = 0;

/** A browser: keeps cookies, follows nothing, has an address of its own. */
export class Browser {
	cookies = new Map();

	constructor(gate) {
		this.gate = gate;
		addresses++;
		this.address = `10.0.${addresses >> 8}.${addresses & 255}`;
	}

	async fetch(path, options = {}) {
		const url = path.startsWith('http') ? path : this.gate.url + path;
		const answer = await fetch(url, { redirect: 'manual', ...options,
			headers: { 'x-forwarded-for': this.address, cookie: [...this.cookies].map(([name, value]) =>
				`${name}=${value}`).join('; '), ...options.headers } });

		for (const line of answer.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);

			if (value && !/max-age=0/i.test(line))
				this.cookies.set(name, value);
			else
				this.cookies.delete(name);
		}
		return { status: answer.status, headers: answer.headers,
			text: await answer.text(),
			location: answer.headers.get('location') };
	}

	get token() {
		return this.cookies.get('__Host-pennypress');
	}

	checkout(offer, page = '/m/courses/loops/a/') {
		return this.fetch('/checkout', { method: 'POST',
			headers: { origin: this.gate.url },
			body: new URLSearchParams({ offer, page, lang: 'en' }) });
	}

	/** Orders and gives the session's id. */
	async order(offer, page) {
		const answer = await this.checkout(offer, page);

		assert.equal(answer.status, 303, answer.text);
		return this.gate.mint.session(answer.location);
	}

	back(session) {
		return this.fetch(`/checkout/return?session_id=${session}`);
	}

	/** Presses the button of a browser that did not order. */
	confirm(session) {
		return this.fetch('/checkout/return', { method: 'POST',
			headers: { origin: this.gate.url },
			body: new URLSearchParams({ session_id: session }) });
	}

	async reads(course) {
		const answer = await this.fetch(`/m/courses/${course}/a/`);

		assert.equal(answer.text.includes(paidText), answer.status === 200);
		assert.ok([200, 402].includes(answer.status), `${answer.status}`);
		return answer.status === 200;
	}
}

/** A site, its gateway and its payment service. */
export class Gate {
	log = '';

	/** `content` gives the files of a site at an address, for pennypress to
	 * build; without it the release is made by hand. */
	async open({ mint = [], payment = {}, minutes = 1, events, content } = {}) {
		this.folder = mkdtempSync(join(tmpdir(), 'gate-'));
		this.url = `http://127.0.0.1:${await freePort()}`;
		this.events = events;
		if (content)
			this.build(content(this.url));
		else
			this.publish('made');
		this.mint = new Mint();
		await this.mint.start(`${this.url}/webhooks/stripe`, ...mint);
		mkdirSync(join(this.folder, 'data'), { mode: 0o700 });
		this.secretFile('stripe.key', key);
		this.secretFile('webhook.key', `whsec_an_older_one\n${secret}`);
		this.config = join(this.folder, 'gate.yaml');
		this.payment = payment;
		this.minutes = minutes;
		this.writeConfig();
		this.run('keygen');
	}

	writeConfig() {
		const payment = { base: this.mint.url, secret_key_file: 'stripe.key',
			webhook_secret_file: 'webhook.key', ...this.payment };

		writeFileSync(this.config, [`url: ${this.url}`, 'site: site',
			`listen: ${this.url.slice(7)}`, 'serve_public: yes',
			'data: data', 'keys: keys', 'sandbox: best-effort',
			`reconcile_minutes: ${this.minutes}`, 'threads: 2',
			'connections: 500', 'trusted_proxies: [127.0.0.1]', 'payment:',
			...Object.entries(payment).map(([name, value]) =>
				`  ${name}: ${value}`), ...this.events ? ['events:',
				...Object.entries(this.events).map(([name, value]) =>
					`  ${name}: ${value}`)] : [], ''].join('\n'));
	}

	/** Builds and publishes with the real generator. */
	build(files, ...words) {
		const from = join(this.folder, 'content');

		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(from, path)), { recursive: true });
			writeFileSync(join(from, path), text);
		}
		execFileSync(bin('pennypress'), ['build', from, '--out',
			join(this.folder, 'site'), ...words], { stdio: 'pipe', env: {
			...process.env, PENNYPRESS_DATADIR: fileURLToPath(
				new URL('../..', import.meta.url)) } });
	}

	publish(name, change) {
		writeRelease(join(this.folder, 'site'), this.url, name, change);
	}

	secretFile(name, text) {
		writeFileSync(join(this.folder, name), `${text}\n`);
		chmodSync(join(this.folder, name), 0o600);
	}

	/** A command, to its end. */
	run(command, ...words) {
		return execFileSync(bin('pennygate'),
			[command, ...words, '-c', this.config], { encoding: 'utf8' });
	}

	/** What readers did, to a file or '-': { stdout, stderr }. */
	export(file) {
		const result = spawnSync(bin('pennygate'), ['export', 'events', '-o',
			file, '-c', this.config], { encoding: 'utf8' });

		assert.equal(result.status, 0, result.stderr);
		return result;
	}

	async start() {
		this.child = spawn(bin('pennygate'), ['serve', '-c', this.config],
			{ stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.on('data', (piece) => { this.log += piece; });
		await until(`the gateway: ${this.log}`, async () => {
			assert.equal(this.child.exitCode, null, this.log);
			return this.healthy();
		}, 20000);
	}

	async healthy() {
		try {
			return (await fetch(`${this.url}/healthz`)).ok;
		} catch {
			return false;
		}
	}

	browser() {
		return new Browser(this);
	}

	/** The process of a role ("front", "till"), or 0. */
	pid(role) {
		for (const name of readdirSync('/proc')) {
			if (!/^[0-9]+$/.test(name))
				continue;
			try {
				const words = readFileSync(`/proc/${name}/cmdline`, 'utf8')
					.split('\0');
				const parent = /^PPid:\s*([0-9]+)/m.exec(
					readFileSync(`/proc/${name}/status`, 'utf8'))[1];

				if (Number(parent) === this.child.pid &&
				    words.includes('role') && words.includes(role))
					return Number(name);
			} catch {
				continue; // it has just ended
			}
		}
		return 0;
	}

	/** kill -9 of one process of ours. */
	kill(role) {
		const pid = this.pid(role);

		if (pid)
			process.kill(pid, 'SIGKILL');
		return pid;
	}

	orders() {
		return JSON.parse(this.run('orders', 'list', '--json', '--limit',
			'10000')).orders;
	}

	show(id) {
		return JSON.parse(this.run('orders', 'show', id, '--json'));
	}

	/** What is known about the order of a session. */
	order(session) {
		const found = this.orders().find((order) =>
			order.session === session);

		return found && this.show(found.id);
	}

	async state(session, state, ms) {
		let order;

		await until(`${session} to be ${state}`, () => {
			order = this.order(session);
			return order?.state === state;
		}, ms).catch((error) => {
			throw new Error(`${error.message}; it is ${order?.state}\n` +
				this.log.slice(-3000));
		});
		return order;
	}

	/** A clean end; what a sanitizer has to say is a failure. */
	async stop() {
		if (this.child?.exitCode === null && this.child.signalCode === null) {
			this.child.kill('SIGTERM');
			await once(this.child, 'close');
			assert.equal(this.child.exitCode, 0, this.log.slice(-3000));
		}
		assert.doesNotMatch(this.log, /Sanitizer|runtime error/);
	}

	async close() {
		try {
			await this.stop();
		} finally {
			await this.mint?.stop();
			rmSync(this.folder, { recursive: true, force: true });
		}
	}
}
