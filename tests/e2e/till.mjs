// The till of a gateway without its front: the test speaks message.h itself, so
// that what the front would never say can be said.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './gate.mjs';

const program = process.env.PENNYGATE ??
	fileURLToPath(new URL('../../build/bin/pennygate', import.meta.url));

const types = { hello: 1, checkout: 16, checkoutDone: 17, back: 18,
	backDone: 19, webhook: 20, webhookDone: 21, renew: 22, renewDone: 23,
	signOut: 24, signOutDone: 25, events: 48 };

// The fields of what the till says, in order: a text, a number or a list.
const shapes = {
	[types.hello]: { keys: 'keys', issuer: 'text', audience: 'text',
		revoked: 'texts', generation: 'number', notBefore: 'number' },
	[types.checkoutDone]: { result: 'number', url: 'text', order: 'text',
		session: 'text' },
	[types.backDone]: { result: 'number', token: 'text', reader: 'text',
		order: 'text', offer: 'text', lang: 'text', amount: 'number',
		currency: 'text', page: 'text' },
	[types.webhookDone]: { result: 'number' },
	[types.renewDone]: { token: 'text' },
	[types.signOutDone]: { done: 'number' },
};

function put(value) {
	if (typeof value === 'number') {
		const bytes = Buffer.alloc(8);

		bytes.writeBigInt64LE(BigInt(value));
		return bytes;
	}
	const count = Buffer.alloc(4);

	if (Array.isArray(value)) { // of events
		count.writeUInt32LE(value.length);
		return Buffer.concat([count, ...value.flatMap(
			({ time, reader, kind, item }) =>
				[time, reader, kind, item].map(put))]);
	}
	const text = Buffer.from(value);

	count.writeUInt32LE(text.length);
	return Buffer.concat([count, text]);
}

function frame(type, id, values) {
	const body = Buffer.concat(values.map(put));
	const head = Buffer.alloc(16);

	head.writeUInt32LE(body.length, 0);
	head.writeUInt16LE(type, 4);
	head.writeBigUInt64LE(BigInt(id), 8);
	return Buffer.concat([head, body]);
}

function read(body, shape) {
	let at = 0;
	const count = () => (at += 4, body.readUInt32LE(at - 4));
	const get = {
		number: () => (at += 8, Number(body.readBigInt64LE(at - 8))),
		text: () => {
			const length = count();

			return body.toString('utf8', at, at += length);
		},
		texts: () => Array.from({ length: count() }, get.text),
		keys: () => Array.from({ length: count() },
			() => [get.text(), get.text()]),
	};

	return Object.fromEntries(Object.entries(shape).map(([name, kind]) =>
		[name, get[kind]()]));
}

export class Till {
	log = '';
	hellos = [];
	#waiting = new Map();
	#last = 0;
	#bytes = Buffer.alloc(0);

	/** With the files of a gateway that is not started. */
	async start(gate) {
		this.child = spawn(program, ['role', 'till', '-c', gate.config],
			{ stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.on('data', (piece) => { this.log += piece; });
		this.socket = this.child.stdio[4];
		this.socket.on('data', (piece) => this.#take(piece));
		this.socket.on('error', () => {});
		await until(`the till: ${this.log}`, () => {
			assert.equal(this.child.exitCode, null, this.log);
			return this.hellos.length;
		}, 20000);
	}

	#take(piece) {
		this.#bytes = Buffer.concat([this.#bytes, piece]);
		while (this.#bytes.length >= 16) {
			const length = this.#bytes.readUInt32LE(0);

			if (this.#bytes.length < 16 + length)
				return;
			const type = this.#bytes.readUInt16LE(4);
			const id = Number(this.#bytes.readBigUInt64LE(8));
			const said = read(this.#bytes.subarray(16, 16 + length),
				shapes[type]);

			this.#bytes = this.#bytes.subarray(16 + length);
			if (type === types.hello)
				this.hellos.push(said);
			else
				this.#waiting.get(id)(said);
			this.#waiting.delete(id);
		}
	}

	ask(type, ...values) {
		const id = ++this.#last;

		this.socket.write(frame(types[type], id, values));
		return new Promise((resolve) => this.#waiting.set(id, resolve));
	}

	tell(events) {
		this.socket.write(frame(types.events, 0, [events]));
	}

	/** By a client of its own network each time, or of `address`. */
	order(offer, address = `10.1.${this.#last >> 8}.${this.#last & 255}`) {
		return this.ask('checkout', offer, '', 'en', '', '', address);
	}

	/** claim: 1 by the browser that ordered, 0 by any. */
	back(session, claim, token = '', reader = '') {
		return this.ask('back', session, claim, token, reader);
	}

	async stop() {
		if (this.child.exitCode === null) {
			const ended = once(this.child, 'close');

			this.child.stdio[3].destroy();
			this.socket.end();
			await ended;
		}
		assert.equal(this.child.exitCode, 0, this.log.slice(-3000));
		assert.doesNotMatch(this.log, /Sanitizer|runtime error/);
	}
}
