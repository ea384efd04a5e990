// Tokens: any edge can verify ours by the key set alone, and nobody can make one
// that the gateway takes.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CompactSign, SignJWT, base64url, createLocalJWKSet,
	createRemoteJWKSet, generateKeyPair, importJWK, jwtVerify } from 'jose';
import { Gate, paidText } from './gate.mjs';

const gate = new Gate();
let ours, jwk, kid;

/** The gateway's own key, as whoever stole it would have it. */
async function stolenKey() {
	const [name] = readdirSync(join(gate.folder, 'keys'));
	const d = readFileSync(join(gate.folder, 'keys', name), 'utf8')
		.split('\n')[1];
	const { keys } = await (await fetch(
		`${gate.url}/.well-known/jwks.json`)).json();

	jwk = keys[0];
	kid = jwk.kid;
	assert.equal(name, `${kid}.key`);
	return importJWK({ ...jwk, d }, 'EdDSA');
}

before(async () => {
	await gate.open();
	await gate.start();
	ours = await stolenKey();
});
after(() => gate.close());

function mint(...words) {
	return gate.run('token', 'mint', ...words).trim();
}

async function visit(token) {
	const reader = gate.browser();

	reader.cookies.set('__Host-pennypress', token);
	const answer = await reader.fetch('/m/courses/loops/a/');

	return { status: answer.status, text: answer.text,
		cookie: answer.headers.get('set-cookie') };
}

describe('a token of ours', () => {
	it('is verified by jose with the key set alone', async () => {
		const keys = createRemoteJWKSet(
			new URL(`${gate.url}/.well-known/jwks.json`));
		const token = mint('--products', 'loops,pointers');
		const { payload, protectedHeader } = await jwtVerify(token, keys,
			{ issuer: gate.url, audience: gate.url, algorithms: ['EdDSA'] });

		assert.deepEqual(protectedHeader, { alg: 'EdDSA', typ: 'JWT', kid });
		assert.deepEqual(Object.keys(payload).sort(), ['aud', 'exp', 'iat',
			'iss', 'jti', 'products', 'sub']);
		assert.deepEqual(payload.products, { loops: 0, pointers: 0 });
		assert.equal(payload.exp - payload.iat, 12 * 3600);
	});

	it('opens what it names, and nothing else', async () => {
		const reader = gate.browser();

		reader.cookies.set('__Host-pennypress', mint('--products', 'loops'));
		assert.equal(await reader.reads('loops'), true);
		assert.equal(await reader.reads('pointers'), false);
	});

	it('is verified by pennygate, with a key set from a file too', async () => {
		const token = mint('--products', 'loops');
		const path = join(gate.folder, 'jwks.json');

		writeFileSync(path, JSON.stringify({ keys: [
			{ kty: 'RSA', kid: 'other', n: 'AA', e: 'AQAB' }, jwk] }));
		assert.match(gate.run('token', 'verify', token), /product loops 0/);
		assert.match(gate.run('token', 'verify', '--jwks', path, '--issuer',
			gate.url, '--audience', gate.url, token), /product loops 0/);
		assert.throws(() => gate.run('token', 'verify',
			mint('--products', 'loops', '--expires', '-1h')), /expired/);
		assert.throws(() => gate.run('token', 'verify', `${token}x`),
			/refused/);
	});

	it('made by jose with our key opens as well', async () => {
		assert.equal((await visit(await make({}))).status, 200);
	});
});

/** Claims as ours, but for what is changed. */
function claims(changes) {
	const now = Math.floor(Date.now() / 1000);

	return { iss: gate.url, aud: gate.url, sub: 'AAECAwQFBgcICQoLDA0ODw',
		jti: 'ABEiM0RVZneImaq7zN3u_w', iat: now, exp: now + 600,
		products: { loops: 0 }, ...changes };
}

function make(changes, header = { alg: 'EdDSA', typ: 'JWT', kid }, key = ours) {
	return new SignJWT(claims(changes)).setProtectedHeader(header).sign(key);
}

const encode = (value) => base64url.encode(JSON.stringify(value));

/** Name and token of everything that must be refused. */
async function forgeries() {
	const now = Math.floor(Date.now() / 1000);
	const good = await make({});
	const [header, body, signature] = good.split('.');
	const stranger = (await generateKeyPair('EdDSA')).privateKey;
	const raw = Buffer.from(jwk.x, 'base64url');
	const pem = createPublicKey({ key: jwk, format: 'jwk' })
		.export({ type: 'spki', format: 'pem' });
	const hs256 = (key) => make({}, { alg: 'HS256', typ: 'JWT', kid }, key);
	const ec = await generateKeyPair('ES256');
	const extra = { alg: 'EdDSA', typ: 'JWT', kid };
	const swap = (text, at) => text.slice(0, at) +
		(text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

	return {
		'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
		'alg none with our kid':
			`${encode({ alg: 'none', typ: 'JWT', kid })}.${body}.`,
		'alg none with a signature':
			`${encode({ alg: 'none', typ: 'JWT', kid })}.${body}.${signature}`,
		'HS256 with the public key': await hs256(raw),
		'HS256 with the public key as PEM': await hs256(Buffer.from(pem)),
		'HS256 with the public key as text': await hs256(Buffer.from(jwk.x)),
		'ES256': await make({}, { alg: 'ES256', typ: 'JWT', kid },
			ec.privateKey),
		'another key, our kid': await make({}, extra, stranger),
		'another kid': await make({}, { ...extra, kid: 'x'.repeat(43) }),
		'no kid': await make({}, { alg: 'EdDSA', typ: 'JWT' }),
		'its own key in the header': await make({},
			{ ...extra, jwk: { kty: 'OKP', crv: 'Ed25519', x: jwk.x } }),
		'a key address in the header': await make({},
			{ ...extra, jku: 'http://127.0.0.1:1/' }),
		'a critical extension': await new CompactSign(
			new TextEncoder().encode(JSON.stringify(claims({}))))
			.setProtectedHeader({ ...extra, crit: ['b64'], b64: true })
			.sign(ours),
		'another audience': await make({ aud: 'https://other.example' }),
		'two audiences': await make({ aud: [gate.url, gate.url] }),
		'no audience': await make({ aud: undefined }),
		'another issuer': await make({ iss: 'https://other.example' }),
		'expired': await make({ iat: now - 3600, exp: now - 1 }),
		'expired, made by us':
			mint('--products', 'loops', '--expires', '-1s'),
		'another audience, made by us': mint('--products', 'loops',
			'--audience', 'https://other.example'),
		'no expiry': await make({ exp: undefined }),
		'an expiry in fractions': await make({ exp: now + 600.5 }),
		'nbf in place of exp': await make({ exp: undefined, nbf: 1 }),
		'from the future': await make({ iat: now + 3600, exp: now + 7200 }),
		'no products': await make({ products: undefined }),
		'products as a list': await make({ products: ['loops'] }),
		'a further claim': await make({ admin: true }),
		'another product only': await make({ products: { pointers: 0 } }),
		'a product that is over': await make({ products: { loops: 1 } }),
		'claims of another token':
			`${header}.${encode(claims({ exp: now + 9999 }))}.${signature}`,
		'a changed header': `${swap(header, 5)}.${body}.${signature}`,
		'changed claims': `${header}.${swap(body, 20)}.${signature}`,
		'a changed signature': `${header}.${body}.${swap(signature, 3)}`,
		'a signature with other last bits': `${good.slice(0, -1)}` +
			'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[
				'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' +
				'0123456789-_'.indexOf(good.at(-1)) + 1] ,
		'padding': `${good}==`,
		'no signature': `${header}.${body}.`,
		'two parts': `${header}.${body}`,
		'four parts': `${good}.x`,
		'cut by one': good.slice(0, -1),
		'cut in half': good.slice(0, good.length / 2),
		'a letter': 'x',
		'too long': `${good}${'A'.repeat(900)}`,
	};
}

describe('a token that is not ours', () => {
	it('is refused, and all alike', async () => {
		const none = await gate.browser().fetch('/m/courses/loops/a/');
		const keys = createLocalJWKSet({ keys: [jwk] });

		assert.equal(none.status, 402);
		assert.ok(!none.text.includes(paidText));
		for (const [name, token] of Object.entries(await forgeries())) {
			const answer = await visit(token);

			assert.equal(answer.status, 402, name);
			assert.ok(!answer.text.includes(paidText), name);
			if (!name.includes('product'))
				assert.equal(answer.text, none.text, name);
			assert.ok(!answer.cookie?.includes('eyJ'), name);
		}
		// The tool that made them is sound.
		await jwtVerify(await make({}), keys, { issuer: gate.url });
	});
});

describe('keys', () => {
	it('may be changed while old tokens still open', async () => {
		const old = mint('--products', 'loops');
		const made = gate.run('keygen').trim();

		assert.match(made, /\/keys\/[\w-]{43}\.key$/);
		await gate.stop();
		await gate.start();
		const { keys } = await (await fetch(
			`${gate.url}/.well-known/jwks.json`)).json();

		assert.equal(keys.length, 2);
		assert.equal((await visit(old)).status, 200);
		const fresh = mint('--products', 'loops');

		assert.equal((await visit(fresh)).status, 200);
	});
});
