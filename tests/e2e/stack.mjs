// The whole of Pennypress on loopback, as `make demo` starts it: a bare
// repository with its hook, a push, pennymint, and the gateway.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export async function startDemo() {
	const folder = await mkdtemp(join(tmpdir(), 'pennypress-demo-'));
	const demo = spawn('bash', [join(top, 'tests', 'demo'), folder], {
		env: { ...process.env, PORT: '18180', MINT_PORT: '19190' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let text = '';
	const ended = new Promise((resolve) => demo.on('close', resolve));
	await new Promise((resolve, reject) => {
		const take = (chunk) => {
			text += chunk;
			if (text.includes('Ctrl-C stops all of it'))
				resolve();
		};
		demo.stdout.on('data', take);
		demo.stderr.on('data', take);
		ended.then((code) =>
			reject(new Error(`the demo ended (${code}):\n${text}`)));
	});
	const site = /The site +(\S+?)\/ /.exec(text)[1];
	return {
		folder,
		site,
		transcript: () => text,
		manifest: async () => JSON.parse(await readFile(
			join(folder, 'site', 'current', 'release.json'), 'utf8')),
		file: (path) => readFile(
			join(folder, 'site', 'current', path), 'utf8'),
		gate: (...words) => run(join(process.env.BIN ??
			join(top, 'build', 'bin'), 'pennygate'),
		[...words, '-c', join(folder, 'gate', 'gate.yaml')]),
		git: (...words) => run('git', ['-C', join(folder, 'courses'), ...words]),
		// Ctrl-C; resolves to the exit status.
		stop: async () => {
			demo.kill('SIGINT');
			const code = await ended;
			await rm(folder, { recursive: true, force: true });
			return code;
		},
	};
}

// Runs a program to its end: { status, out }, both streams in one text.
export function run(program, words, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, words, { ...options,
			stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '';
		child.stdout.on('data', (chunk) => { out += chunk; });
		child.stderr.on('data', (chunk) => { out += chunk; });
		child.on('error', reject);
		child.on('close', (status) => resolve({ status, out }));
	});
}

// Text of markup, white space folded.
export function textOf(html) {
	return html.replace(/<(script|style)[^]*?<\/\1>/g, ' ')
		.replace(/<[^>]*>/g, ' ').replace(/&lt;/g, '<')
		.replace(/&gt;/g, '>').replace(/&quot;/g, '"')
		.replace(/&#39;/g, '\'').replace(/&amp;/g, '&')
		.replace(/\s+/g, ' ').trim();
}
