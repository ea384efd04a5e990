// A gateway over a hand-made release: nothing of the generator is needed.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, readdirSync,
	renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const pennygate = process.env.PENNYGATE ??
	join(top, 'build', 'bin', 'pennygate');

// What must never be sent to those who have no right.
export const secret = 'PAID-TEXT-8d1f3c';

const hash = (bytes) => spawnSync('b2sum', ['-l', '160'],
	{ input: bytes }).stdout.toString().slice(0, 40);

const page = (title, body) => Buffer.from(
	`<!doctype html><html lang="en"><title>${title}</title>${body}</html>\n`);

// Writes one release and switches it in, as the generator does.
export function publish(site, url, { siteUrl = url, mark = 'one', more = {}, break: wrong } = {}) {
	const big = Buffer.alloc(700000);
	for (let i = 0; i < big.length; i++)
		big[i] = (i * 31 + (i >> 8)) & 255;
	const list = '<%# has_list %> LIST<%# list %> (<% title %> <% url %> ' +
		'<% because %> <% other_lang %>)<%/ list %><%/ has_list %>';
	const shells = {
		paywall: 'PAYWALL <% page_title %> <%# reader %>KNOWN<%/ reader %>' +
			'<%# teaser %><a href="<% teaser %>">teaser</a><%/ teaser %>' +
			'<%# offers %><form method="post" action="<% action %>">' +
			'<input name="offer" value="<% id %>">' +
			'<input name="page" value="<% page %>"><% price %></form>' +
			'<%/ offers %>',
		return: 'RETURN<%# paid %> PAID <% start %><%/ paid %>' +
			'<%# confirm %> CONFIRM<form method="post" ' +
			'action="<% confirm_action %>"><input name="session_id" ' +
			'value="<% session_id %>"></form><%/ confirm %>' +
			'<%# arriving %> ARRIVING<%/ arriving %>' +
			'<%# unknown %> UNKNOWN<%/ unknown %>',
		account: 'ACCOUNT <%# reader %>IN<%/ reader %><%^ reader %>OUT' +
			'<%/ reader %><%# products %>[<% title %> <% url %>]' +
			`<%/ products %>${list}` +
			'<%# reading %> READING<%# reading_on %> ON<%/ reading_on %>' +
			'<%# reading_off %> OFF<%/ reading_off %>' +
			' <% reading_action %><%/ reading %>',
		error: 'ERROR <% status %>',
		checkout: 'CHECKOUT<%# unavailable %> UNAVAILABLE<%/ unavailable %>',
	};
	const paid = page('Loops', `${secret} ${mark} ${'lorem ipsum '.repeat(300)}`);
	const end = page('End', `${secret} the end ${'lorem ipsum '.repeat(300)}\n` +
		'<!--reader\'s list-->\nFOR EVERYBODY\n<!--/reader\'s list-->\n<footer>');
	const files = {
		'public/index.html': page('Home', `home ${mark}`),
		'public/404.html': page('Gone', 'the site\'s 404 page'),
		'public/courses/a/index.html': page('A', 'course a'),
		'public/courses/a/one/index.html': page('One', 'teaser'),
		'public/courses/a/p.svg': Buffer.from('<svg/>'),
		'public/assets/style.01234567.css': Buffer.from('body{}\n'.repeat(90)),
		'public/a b/ü.txt': Buffer.from('spaces'),
		'members/courses/a/one/index.html': paid,
		'members/courses/a/one/index.html.gz': gzipSync(paid, { level: 9 }),
		'members/courses/a/end/index.html': end,
		'members/courses/a/end/index.html.gz': gzipSync(end, { level: 9 }),
		'gate/en/list.html': Buffer.from(list),
		'members/courses/a/free/index.html': page('Signed', 'for readers'),
		'members/courses/a/v.bin': big,
		...Object.fromEntries(Object.entries(shells).map(([name, text]) =>
			[`gate/en/${name}.html`, page(name, text)])),
		...more,
	};
	const types = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8',
		svg: 'image/svg+xml', bin: 'application/octet-stream',
		txt: 'text/plain; charset=utf-8', json: 'application/json' };
	const typeOf = (path) => types[path.replace(/\.gz$/, '').split('.').pop()];
	const course = (id, lang, row) => ({ id, title: `Course ${id.toUpperCase()}`,
		description: `All of ${id}`, lang, url: `/courses/${id}/`, row });
	const member = (path, file, access, title, finishes = '') => ({ url: `/m/courses/a/${path}`,
		file: `members/courses/a/${file}`, access, title, lang: 'en',
		teaser: access === 'paid' ? '/courses/a/one/' : '',
		finishes, products: ['a'] });
	const manifest = {
		format: 1,
		generator: 'fixture',
		source: { commit: '', time: '' },
		site: { title: 'T', url: siteUrl, gateway: url, languages: ['en'] },
		products: [{ id: 'a', title: 'Course A', lang: 'en', url: '/courses/a/',
			start: '/m/courses/a/one/' }],
		offers: [{ id: 'a', title: 'Course A', lang: 'en', kind: 'one-off',
			amount: 3900, currency: 'EUR', interval: '', products: ['a'] }],
		courses: [course('a', 'en', [2, 900, 1, 500]),
			course('b', 'en', [0, 500]), course('c', 'zh', [])],
		members: [
			member('end/', 'end/index.html', 'paid', 'The end', 'a'),
			member('free/', 'free/index.html', 'signed-in', 'Signed'),
			member('one/', 'one/index.html', 'paid', 'Loops & <more>'),
			member('v.bin', 'v.bin', 'paid', 'Video'),
		],
		aliases: [{ from: '/old/', to: '/courses/a/' },
			{ from: '/m/courses/a/moved/', to: '/m/courses/a/one/' }],
		files: Object.entries(files).map(([path, bytes]) => ({ path,
			bytes: bytes.length, hash: hash(bytes), type: typeOf(path) }))
			.sort((a, b) => Buffer.compare(Buffer.from(a.path),
				Buffer.from(b.path))),
	};
	const json = JSON.stringify(manifest);
	const id = hash(Buffer.from(json)).slice(0, 16);
	const folder = join(site, 'releases', id);
	for (const [path, bytes] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), bytes);
	}
	writeFileSync(join(folder, 'release.json'),
		wrong ? json.slice(0, -20) : json);
	rmSync(join(site, 'next'), { force: true });
	symlinkSync(`releases/${id}`, join(site, 'next'));
	renameSync(join(site, 'next'), join(site, 'current'));
	return { id, files };
}

export async function freePort() {
	const server = net.createServer();
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return port;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what, test, ms = 15000) {
	for (const end = Date.now() + ms; ;) {
		const value = await test();
		if (value)
			return value;
		if (Date.now() > end)
			throw new Error(`never: ${what}`);
		await sleep(50);
	}
}

// Starts a gateway; `settings` are further lines of gate.yaml.
export async function startGate({ settings = '', publicFiles = 'yes', base = '',
	siteUrl, prepare } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'gate-'));
	const port = await freePort();
	const origin = `http://127.0.0.1:${port}`;
	const url = origin + base;
	const site = join(folder, 'site');
	mkdirSync(join(folder, 'data'), { mode: 0o700 });
	mkdirSync(join(site, 'releases'), { recursive: true });
	const release = publish(site, url, { siteUrl });
	writeFileSync(join(folder, 'stripe.key'), 'sk_test_fixture\n', { mode: 0o600 });
	writeFileSync(join(folder, 'webhook.key'), 'whsec_fixture\n', { mode: 0o600 });
	const config = join(folder, 'gate.yaml');
	// Nobody listens where payments are to be made.
	const write = (more = settings) => writeFileSync(config, `url: ${url}
site: site
listen: 127.0.0.1:${port}
serve_public: ${publicFiles}
data: data
keys: keys
payment:
  base: http://127.0.0.1:9
  secret_key_file: stripe.key
  webhook_secret_file: webhook.key
  checkout_origins: [https://checkout.example]
${more}`);
	write();
	prepare?.(folder);
	chmodSync(folder, 0o755);
	const tool = (...words) => {
		const done = spawnSync(pennygate, words, { encoding: 'utf8' });
		if (done.status !== 0)
			throw new Error(`${words.join(' ')}: ${done.stderr}`);
		return done.stdout.trim();
	};
	tool('keygen', '-c', config);
	const child = spawn(pennygate, ['serve', '-c', config],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
	const gate = { folder, site, port, origin, url, config, child, release,
		log: '', out: '', write, tool,
		publish: (options) => publish(site, url, { siteUrl, ...options }),
		token: (...words) => tool('token', 'mint', '-c', config, ...words) };
	child.stdout.on('data', (chunk) => { gate.out += chunk; });
	child.stderr.on('data', (chunk) => { gate.log += chunk; });
	gate.ended = new Promise((resolve) =>
		child.on('close', (code, signal) => resolve({ code, signal })));
	let over = null;
	gate.ended.then((how) => { over = how; });
	gate.role = (name) => {
		for (const pid of readdirSync('/proc').filter((p) => /^\d+$/.test(p))) {
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
					.split('\0');
				const parent = /PPid:\s+(\d+)/.exec(
					readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
				if (words[1] === 'role' && words[2] === name &&
				    Number(parent) === child.pid)
					return Number(pid);
			} catch { /* it has ended meanwhile */ }
		}
		return 0;
	};
	gate.stop = async () => {
		if (!over)
			child.kill('SIGTERM');
		const how = await gate.ended;
		rmSync(folder, { recursive: true, force: true });
		return how;
	};
	await until(`listening\n${gate.log}`, () => {
		if (over)
			throw new Error(`pennygate ended: ${gate.log}`);
		return gate.out.includes('listening on ');
	});
	return gate;
}

// Sends bytes as they are and returns all that comes back until the other side
// closes (or `quiet` ms pass without a byte).
export function raw(port, bytes, { quiet = 1500, pause = 0 } = {}) {
	return new Promise((resolve) => {
		const socket = net.connect(port, '127.0.0.1');
		let text = '';
		let timer = setTimeout(() => socket.destroy(), quiet);
		const began = Date.now();
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
			clearTimeout(timer);
			timer = setTimeout(() => socket.destroy(), quiet);
		});
		socket.on('error', () => {});
		socket.on('close', () => {
			clearTimeout(timer);
			resolve({ text, ms: Date.now() - began,
				status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) });
		});
		const parts = Array.isArray(bytes) ? bytes : [bytes];
		socket.on('connect', async () => {
			for (const part of parts) {
				if (socket.destroyed)
					return;
				socket.write(Buffer.from(part, 'latin1'));
				if (pause)
					await sleep(pause);
			}
		});
	});
}

// One request over a connection of its own: status, headers (lower case; lists
// for those that come twice), body.
export async function get(gate, path, { method = 'GET', headers = {}, body } = {}) {
	const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${gate.port}`,
		'Connection: close',
		...Object.entries(headers).flatMap(([name, value]) =>
			[value].flat().map((one) => `${name}: ${one}`))];
	if (body !== undefined)
		lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
	const { text } = await raw(gate.port, lines.join('\r\n') + '\r\n\r\n' +
		(body === undefined ? '' : Buffer.from(body).toString('latin1')),
	{ quiet: 60000 });
	const at = text.indexOf('\r\n\r\n');
	const [first, ...rest] = text.slice(0, at).split('\r\n');
	const answer = { status: Number(first.split(' ')[1]), headers: {}, text,
		body: Buffer.from(text.slice(at + 4), 'latin1') };
	for (const line of rest) {
		const name = line.slice(0, line.indexOf(':')).toLowerCase();
		const value = line.slice(line.indexOf(':') + 1).trim();
		answer.headers[name] = answer.headers[name] === undefined ? value
			: [answer.headers[name], value].flat();
	}
	return answer;
}

export const cookie = (token, reader) => ({ Cookie: [
	...(token ? [`__Host-pennypress=${token}`] : []),
	...(reader ? [`__Host-pennypress-reader=${reader}`] : [])].join('; ') });

// What a process has open.
export function openFiles(pid) {
	return readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return '';
		}
	});
}

