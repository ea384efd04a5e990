// pennymint against the official Node client, a webhook endpoint of our own, and
// plain HTTP for what the client hides.
//
// PENNYMINT names the program (../../build/bin/pennymint). With STRIPE_OPENAPI,
// the name of an OpenAPI description of the payment API, every object is checked
// against its schema as well.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
	mkdtempSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { Description } from '../standin/schema.mjs';

const program = process.env.PENNYMINT ??
	fileURLToPath(new URL('../../build/bin/pennymint', import.meta.url));
const secret = 'whsec_of_the_test';
const description = process.env.STRIPE_OPENAPI
	? new Description(process.env.STRIPE_OPENAPI) : null;

/** Fails with every fault when the object, as it was sent (the client makes
 * decimals of its own of some strings), does not satisfy its schema. */
function conforms(name, value) {
	if (description)
		assert.deepEqual(description.faults(name,
			JSON.parse(JSON.stringify(value))), []);
}

async function until(what, get, ms = 8000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
		const value = await get();

		if (value)
			return value;
	}
	assert.fail(`waited in vain for ${what}`);
}

/** A shop's webhook endpoint: keeps what came, answers as told. */
class Shop {
	events = [];
	answers = []; // statuses for the next deliveries; then 200

	async open() {
		this.server = createServer((request, response) => {
			const pieces = [];

			request.on('data', (piece) => pieces.push(piece));
			request.on('end', () => {
				const status = this.answers.shift() ?? 200;
				const body = Buffer.concat(pieces);
				const signature = request.headers['stripe-signature'];

				this.events.push({ status, body, signature, at: Date.now(),
					...JSON.parse(body) });
				response.writeHead(status, status === 302
					? { location: '/elsewhere' } : {}).end('thanks');
			});
		});
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		this.url = `http://127.0.0.1:${this.server.address().port}/webhooks`;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}

	types() {
		return this.events.map((event) => event.type);
	}

	async wait(type, count = 1) {
		await until(`${count} ${type} among ${this.types()}`, () =>
			this.types().filter((t) => t === type).length >= count);
		return this.events.filter((event) => event.type === type);
	}
}

class Mint {
	constructor(...options) {
		this.options = options;
	}

	async start() {
		this.process = spawn(program, ['--listen', '127.0.0.1:0', '--quiet',
			'--retry-ms', '50', '--webhook-secret', secret, ...this.options],
			{ stdio: ['ignore', 'pipe', 'inherit'] });
		const [line] = await once(this.process.stdout, 'data');
		const match = /^pennymint: listening on (http:\S+)\n$/.exec(line);

		assert.ok(match, `the first line is ${line}`);
		this.url = match[1];
		this.stripe = this.client();
	}

	client(key = 'sk_test_rehearsal', more = {}) {
		const { hostname, port } = new URL(this.url);

		return new Stripe(key, { protocol: 'http', host: hostname, port,
			maxNetworkRetries: 0, telemetry: false, ...more });
	}

	async stop() {
		this.process.kill('SIGTERM');
		const [status] = await once(this.process, 'exit');

		return status;
	}

	async admin(path, form = {}) {
		const response = await fetch(`${this.url}/_mint/${path}`,
			{ method: 'POST', body: new URLSearchParams(form) });
		const body = await response.json();

		assert.equal(response.status, 200, JSON.stringify(body));
		return body;
	}

	post(path, form, headers = {}) {
		return fetch(`${this.url}${path}`, { method: 'POST',
			body: new URLSearchParams(form), redirect: 'manual',
			headers: { authorization: 'Bearer sk_test_rehearsal', ...headers } });
	}
}

const course = (more = {}, price = {}) => ({
	mode: 'payment',
	success_url: 'https://shop.example/return?session={CHECKOUT_SESSION_ID}',
	cancel_url: 'https://shop.example/back',
	line_items: [{ quantity: 1, price_data: { currency: 'eur',
		unit_amount: 3900, product_data: { name: 'Loops & more' }, ...price } }],
	...more,
});
const membership = (more = {}) => course({ mode: 'subscription', ...more },
	{ recurring: { interval: 'month' } });

describe('the command line', () => {
	const run = (...options) => spawnSync(program, options,
		{ encoding: 'utf8', timeout: 5000 });
	const manual = readFileSync(
		new URL('../standin/pennymint.1', import.meta.url), 'utf8');

	it('says in --help what the manual says in its synopsis', () => {
		const { stdout, status } = run('--help');
		const synopsis = manual.split('.Sh DESCRIPTION')[0];
		const names = (text, pattern) =>
			[...text.matchAll(pattern)].map((match) => match[1]);

		assert.equal(status, 0);
		assert.deepEqual(names(stdout, /^ {2}--([a-z-]+)/gm),
			names(synopsis, /Fl -([a-z-]+)/g));
		assert.deepEqual(names(manual, /^\.It Fl -([a-z-]+)/gm),
			names(synopsis, /Fl -([a-z-]+)/g));
	});

	it('refuses what it does not understand', () => {
		const rows = [
			[['--retry-ms', '0'], 2, /want a number from 1/],
			[['--webhook', 'shop'], 2, /want an http or https address/],
			[['here'], 2, /'here': want options only/],
			[['--colour'], 2, /unrecognized option/],
			[['--listen', '127.0.0.1'], 1, /want ADDRESS:PORT/],
			[['--listen', '192.0.2.1:0'], 1, /Cannot assign/],
			[['--misbehave', 'dance'], 1, /no such switch/],
			[['--state', '/'], 1, /^pennymint: \//],
		];

		for (const [options, wanted, message] of rows) {
			const { status, stderr, stdout } = run(...options);

			assert.equal(status, wanted, `${options}: ${stderr}`);
			assert.match(stderr, message);
			assert.equal(stdout, '');
		}
	});

	it('keeps its hands off a state that is not its own', () => {
		const folder = mkdtempSync(join(tmpdir(), 'pennymint-'));
		const file = join(folder, 'state.json');

		for (const text of ['{"format":1,', '{"format":2,"objects":[]}',
			'{"format":1,"objects":[{"object":"rocket","id":"r"}]}']) {
			writeFileSync(file, text);
			assert.equal(run('--state', file).status, 1);
			assert.equal(readFileSync(file, 'utf8'), text);
		}
		rmSync(folder, { recursive: true });
	});
});

describe('the client', () => {
	const mint = new Mint();
	let stripe, sessions;

	before(async () => {
		await mint.start();
		({ stripe } = mint);
		({ sessions } = stripe.checkout);
	});
	after(() => mint.stop());

	it('creates, retrieves and expires a session', async () => {
		const made = await sessions.create(course({ client_reference_id: 'o1',
			metadata: { order: 'o1', 'ключ': '值' }, locale: 'zh',
			expires_at: Math.floor(Date.now() / 1000) + 1800 }));

		conforms('checkout.session', made);
		assert.match(made.id, /^cs_test_/);
		assert.equal(made.url, `${mint.url}/c/pay/${made.id}`);
		assert.equal(made.amount_total, 3900);
		assert.equal(made.payment_intent, null);
		assert.deepEqual(made.metadata, { order: 'o1', 'ключ': '值' });
		assert.match(made.lastResponse.requestId, /^req_/);

		const read = await sessions.retrieve(made.id,
			{ expand: ['line_items', 'payment_intent', 'customer'] });
		conforms('checkout.session', read);
		assert.equal(read.line_items.data[0].description, 'Loops & more');

		const expired = await sessions.expire(made.id);
		conforms('checkout.session', expired);
		assert.equal(expired.status, 'expired');
		assert.equal(expired.url, null);
		await assert.rejects(sessions.expire(made.id),
			(e) => e instanceof Stripe.errors.StripeInvalidRequestError &&
				e.statusCode === 400);
	});

	it('pages through lists, forwards and backwards', async () => {
		const from = (await sessions.create(course())).id;
		const ids = [];

		for (let i = 0; i < 23; i++)
			ids.unshift((await sessions.create(course())).id);
		const seen = [];
		for await (const session of sessions.list({ limit: 7 })) {
			if (session.id === from)
				break;
			seen.push(session.id);
		}
		assert.deepEqual(seen, ids);

		const page = await sessions.list({ limit: 5, ending_before: ids[10] });
		assert.deepEqual(page.data.map((s) => s.id), ids.slice(5, 10));
		assert.equal(page.has_more, true);
		assert.equal(page.url, '/v1/checkout/sessions');
		const newest = await sessions.list({ ending_before: ids[2] });
		assert.deepEqual(newest.data.map((s) => s.id), ids.slice(0, 2));
		assert.equal(newest.has_more, false);
		await assert.rejects(sessions.list({ starting_after: 'cs_test_no' }),
			{ code: 'resource_missing', param: 'starting_after' });

		const future = Math.floor(Date.now() / 1000) + 100;
		const { data } = await sessions.list({ created: { gte: future } });
		assert.deepEqual(data, []);
		const open = await sessions.list({ status: 'open', limit: 100,
			created: { gte: future - 1000, lt: future } });
		assert.ok(open.data.length >= 24);
	});

	it('lists line items', async () => {
		const item = (name) => ({ quantity: 2, price_data: { currency: 'usd',
			unit_amount: 100, product_data: { name } } });
		const { id, amount_total } = await sessions.create(course(
			{ line_items: ['a', 'b', 'c'].map(item) }));
		const names = [];

		assert.equal(amount_total, 600);
		for await (const line of sessions.listLineItems(id, { limit: 1 })) {
			conforms('item', line);
			names.push(line.description);
		}
		assert.deepEqual(names, ['a', 'b', 'c']);
	});

	it('names what is wrong', async () => {
		const rows = [
			[{ mode: undefined }, 'mode', 'parameter_missing'],
			[{ success_url: undefined }, 'success_url', 'parameter_missing'],
			[{ success_url: 'javascript:alert(1)' }, 'success_url', 'url_invalid'],
			[{ cancel_url: '//shop.example' }, 'cancel_url', 'url_invalid'],
			[{ line_items: undefined }, 'line_items', 'parameter_missing'],
			[{ colour: 'red' }, 'colour', 'parameter_unknown'],
			[{ 'metadata.x': 'y' }, 'metadata.x', 'parameter_unknown'],
			[{ customer_email: 'nobody' }, 'customer_email', 'email_invalid'],
			[{ customer: 'cus_no' }, 'customer', 'resource_missing'],
			[{ expires_at: 1 }, 'expires_at'],
			[{ expires_at: 4102444800 }, 'expires_at'],
			[{ expires_at: 'soon' }, 'expires_at', 'parameter_invalid_integer'],
			[{ locale: 'tlh' }, 'locale'],
			[{ metadata: { ['k'.repeat(41)]: 'v' } }, 'metadata'],
			[{ metadata: { k: 'v'.repeat(501) } }, 'metadata'],
			[{ metadata: Object.fromEntries(Array.from({ length: 51 },
				(_, i) => [`k${i}`, 'v'])) }, 'metadata'],
			[{ client_reference_id: 'x'.repeat(201) }, 'client_reference_id'],
			[{ allow_promotion_codes: 'maybe' }, 'allow_promotion_codes'],
			[{ success_url: '' }, 'success_url', 'parameter_invalid_empty'],
			[{ subscription_data: { metadata: { a: 'b' } } }, 'subscription_data'],
			[{ allow_promotion_codes: true, discounts: [{ coupon: 'x' }] },
				'allow_promotion_codes'],
		];
		const prices = [
			[{ unit_amount: -1 }, 'unit_amount', 'parameter_invalid_integer'],
			[{ unit_amount: '39.00' }, 'unit_amount', 'parameter_invalid_integer'],
			[{ unit_amount: undefined }, 'unit_amount', 'parameter_missing'],
			[{ unit_amount: 100000000 }, 'unit_amount', 'amount_too_large'],
			[{ currency: undefined }, 'currency', 'parameter_missing'],
			[{ currency: 'zzz' }, 'currency'],
			[{ currency: 'kwd', unit_amount: 1001 }, 'unit_amount',
				'parameter_invalid_integer'],
			[{ currency: 'isk', unit_amount: 150 }, 'unit_amount',
				'parameter_invalid_integer'],
			[{ product_data: {} , product: undefined }, 'product',
				'parameter_missing'],
			[{ product: 'prod_no', product_data: undefined }, 'product',
				'resource_missing'],
		].map(([price, param, code]) => [course({}, price),
			`line_items[0][price_data][${param}]`, code]);

		for (const [form, param, code] of
			[...rows.map(([more, ...rest]) => [course(more), ...rest]), ...prices])
			await assert.rejects(sessions.create(form), (e) => {
				assert.ok(e instanceof Stripe.errors.StripeInvalidRequestError);
				assert.equal(e.param, param, e.message);
				assert.equal(e.code, code, e.message);
				conforms('error', { error: e.raw });
				return true;
			}, param);
		await assert.rejects(sessions.create(membership({ mode: 'payment' })),
			{ param: 'mode' });
		await assert.rejects(sessions.create(course({ mode: 'subscription' })),
			{ param: 'mode' });
		await assert.rejects(sessions.retrieve('cs_test_no'),
			{ statusCode: 404, code: 'resource_missing' });
		await assert.rejects(sessions.list({ limit: 101 }), { param: 'limit' });
		await assert.rejects(sessions.list({ limit: 0 }), { param: 'limit' });
		await assert.rejects(sessions.list({ expand: ['data.mode'] }),
			/cannot be expanded/);
	});

	it('refuses other keys', async () => {
		await assert.rejects(mint.client('sk_test_other_key').balance.retrieve(),
			(e) => e instanceof Stripe.errors.StripeAuthenticationError &&
				e.statusCode === 401 && !e.message.includes('other'));
		const none = await fetch(`${mint.url}/v1/balance`);
		assert.equal(none.status, 401);
		const basic = await fetch(`${mint.url}/v1/balance`, { headers: {
			authorization: `Basic ${btoa('sk_test_rehearsal:')}` } });
		assert.equal(basic.status, 200);
		assert.match(basic.headers.get('request-id'), /^req_/);
	});

	it('echoes the version it is asked for, and refuses what is none', async () => {
		const get = (version) => fetch(`${mint.url}/v1/balance`, { headers: {
			authorization: 'Bearer sk_test_rehearsal', 'stripe-version': version } });

		assert.equal((await get('2023-08-16')).headers.get('stripe-version'),
			'2023-08-16');
		assert.equal((await get('yesterday')).status, 400);
	});

	it('knows the account and the balance', async () => {
		const account = await stripe.accounts.retrieve();
		const balance = await stripe.balance.retrieve();

		assert.equal(account.object, 'account');
		assert.equal(account.charges_enabled, true);
		assert.equal(balance.livemode, false);
	});

	it('keeps products, prices, coupons and promotion codes', async () => {
		const product = await stripe.products.create({ name: 'Pointers' });
		const price = await stripe.prices.create({ product: product.id,
			currency: 'usd', unit_amount: 1200, lookup_key: 'p' });
		const coupon = await stripe.coupons.create({ percent_off: 33.5 });
		const code = await mint.post('/v1/promotion_codes',
			{ coupon: coupon.id, code: 'Third' });
		const session = await sessions.create(course(
			{ line_items: [{ price: price.id, quantity: 3 }],
				discounts: [{ coupon: coupon.id }] }));

		conforms('product', product);
		conforms('price', price);
		conforms('coupon', coupon);
		conforms('promotion_code', await code.json());
		assert.equal(session.amount_subtotal, 3600);
		assert.equal(session.amount_total, 3600 - 1206);
		const found = await stripe.prices.list({ lookup_keys: ['p'] });
		assert.equal(found.data[0].id, price.id);
	});

	it('makes, changes and deletes customers', async () => {
		const made = await stripe.customers.create({ email: 'ada@shop.example',
			name: 'Ada', metadata: { a: '1', b: '2' } });

		conforms('customer', made);
		const changed = await stripe.customers.update(made.id,
			{ metadata: { a: '' } });
		assert.deepEqual(changed.metadata, { b: '2' });
		const list = await stripe.customers.list({ email: 'ada@shop.example' });
		assert.deepEqual(list.data.map((c) => c.id), [made.id]);
		conforms('deleted_customer', await stripe.customers.del(made.id));
		assert.equal((await stripe.customers.retrieve(made.id)).deleted, true);
	});
});

describe('idempotency', () => {
	const mint = new Mint();

	before(() => mint.start());
	after(() => mint.stop());

	it('replays the first result and refuses another use', async () => {
		const { sessions } = mint.stripe.checkout;
		const key = { idempotencyKey: 'order-1' };
		const first = await sessions.create(course(), key);
		const again = await sessions.create(course(), key);

		assert.equal(again.id, first.id);
		assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
		assert.equal(again.lastResponse.headers['original-request'],
			first.lastResponse.requestId);
		for (const other of [() => sessions.create(course({ locale: 'zh' }), key),
			() => mint.stripe.customers.create({}, key)])
			await assert.rejects(other, (e) =>
				e instanceof Stripe.errors.StripeIdempotencyError &&
					e.statusCode === 400);
	});

	it('keeps nothing of a request that was not valid', async () => {
		const { sessions } = mint.stripe.checkout;
		const key = { idempotencyKey: 'order-2' };

		await assert.rejects(sessions.create(course({ mode: 'gift' }), key));
		assert.ok((await sessions.create(course(), key)).id);
	});

	it('refuses a key of more than 255 characters', async () => {
		const send = (n) => mint.post('/v1/customers', {},
			{ 'idempotency-key': 'k'.repeat(n) });

		assert.equal((await send(256)).status, 400);
		assert.equal((await send(255)).status, 200);
	});

	it('says 409 while the first is under way, then replays it', async () => {
		await mint.admin('misbehave', { timeout: '1:1' });
		const send = () => mint.post('/v1/customers', {},
			{ 'idempotency-key': 'slow' });
		const first = send();

		await sleep(200);
		const second = await send();
		assert.equal(second.status, 409);
		assert.equal(second.headers.get('stripe-should-retry'), 'true');
		assert.equal((await second.json()).error.type, 'idempotency_error');
		const { id } = await (await first).json();
		assert.equal((await (await send()).json()).id, id);
	});

	it('replays a 500 that was kept, but not one that was not', async () => {
		const send = (key) => mint.post('/v1/customers', {},
			{ 'idempotency-key': key });

		await mint.admin('misbehave', { '500-kept': '1', count: '1' });
		assert.equal((await send('kept')).status, 500);
		const replayed = await send('kept');
		assert.equal(replayed.status, 500);
		assert.equal(replayed.headers.get('stripe-should-retry'), 'false');
		await mint.admin('misbehave', { 500: '', count: '1' });
		assert.equal((await send('lost')).status, 500);
		assert.equal((await send('lost')).status, 200);
	});
});

describe('a purchase', () => {
	const shop = new Shop();
	let mint, stripe, sessions;

	before(async () => {
		await shop.open();
		mint = new Mint('--webhook', shop.url);
		await mint.start();
		({ stripe } = mint);
		({ sessions } = stripe.checkout);
	});
	after(async () => {
		await mint.stop();
		shop.close();
	});

	const visit = (url, form, headers = {}) => fetch(url, {
		redirect: 'manual', headers,
		...(form && { method: 'POST', body: new URLSearchParams(form) }) });
	const paid = async (more, price) => {
		const made = await sessions.create(course(more, price));

		await mint.admin(`sessions/${made.id}/pay`);
		return sessions.retrieve(made.id);
	};

	it('is made on the hosted page and announced by signed webhooks', async () => {
		const made = await sessions.create(course({ metadata: { order: '7' },
			payment_intent_data: { metadata: { order: '7' } } }));
		const page = await visit(made.url);
		const html = await page.text();

		assert.equal(page.status, 200);
		assert.match(html, /Loops &amp; more/);
		assert.match(html, /€39\.00/);
		assert.doesNotMatch(html, /<script|style=|\son[a-z]+=/i);
		assert.match(page.headers.get('content-security-policy'),
			/^default-src 'none'; style-src 'self'; .*form-action 'self' https:\/\/shop\.example /);

		const unsaid = await visit(made.url, { action: 'pay', email: 'nobody' });
		assert.equal(unsaid.status, 200);
		assert.match(await unsaid.text(), /valid email/);
		const done = await visit(made.url,
			{ action: 'pay', email: 'ada@shop.example', name: 'Ada' });
		assert.equal(done.status, 303);
		assert.equal(done.headers.get('location'),
			`https://shop.example/return?session=${made.id}`);
		const twice = await visit(made.url, { action: 'pay', email: 'x@y.zz' });
		assert.equal(twice.status, 303);

		const session = await sessions.retrieve(made.id,
			{ expand: ['payment_intent.latest_charge.balance_transaction'] });
		conforms('checkout.session', session);
		assert.equal(session.status, 'complete');
		assert.equal(session.payment_status, 'paid');
		assert.equal(session.customer, null);
		assert.equal(session.customer_details.email, 'ada@shop.example');
		assert.equal(session.payment_intent.metadata.order, '7');
		assert.equal(session.payment_intent.latest_charge.amount, 3900);

		const [event] = await shop.wait('checkout.session.completed');
		const read = stripe.webhooks.constructEvent(
			event.body, event.signature, secret);
		conforms('event', read);
		conforms('checkout.session', read.data.object);
		assert.equal(read.data.object.id, made.id);
		assert.throws(() => stripe.webhooks.constructEvent(
			Buffer.concat([event.body, Buffer.from(' ')]), event.signature, secret));
		assert.throws(() => stripe.webhooks.constructEvent(
			event.body, event.signature, 'whsec_another'));
		await shop.wait('charge.succeeded');
		await shop.wait('payment_intent.succeeded');
		const stored = await until('no pending webhook', async () => {
			const e = await stripe.events.retrieve(event.id);

			return e.pending_webhooks === 0 && e;
		});
		conforms('event', stored);
	});

	it('can be declined and tried again', async () => {
		const made = await sessions.create(course());
		const page = await visit(made.url,
			{ action: 'decline', email: 'ada@shop.example' });

		assert.match(await page.text(), /card_declined/);
		const { payment_intent, status } = await sessions.retrieve(made.id,
			{ expand: ['payment_intent'] });
		assert.equal(status, 'open');
		assert.equal(payment_intent.last_payment_error.code, 'card_declined');
		conforms('payment_intent', payment_intent);
		await mint.admin(`sessions/${made.id}/pay`);
		const { data } = await stripe.charges.list(
			{ payment_intent: payment_intent.id });
		assert.deepEqual(data.map((c) => c.status), ['succeeded', 'failed']);
		data.forEach((charge) => conforms('charge', charge));
		const found = await sessions.list({ payment_intent: payment_intent.id });
		assert.deepEqual(found.data.map((s) => s.id), [made.id]);
	});

	it('can be delayed, and arrive or fail', async () => {
		const [good, bad] = [await sessions.create(course()),
			await sessions.create(course())];
		const back = await visit(good.url, { action: 'delay', email: 'a@b.cc' });

		assert.equal(back.status, 303);
		await mint.admin(`sessions/${bad.id}/delay`);
		for (const { id } of [good, bad]) {
			const session = await sessions.retrieve(id);

			conforms('checkout.session', session);
			assert.equal(session.status, 'complete');
			assert.equal(session.payment_status, 'unpaid');
		}
		await mint.admin(`sessions/${good.id}/complete_delayed`);
		await mint.admin(`sessions/${bad.id}/fail_delayed`);
		const [arrived] =
			await shop.wait('checkout.session.async_payment_succeeded');
		const [failed] = await shop.wait('checkout.session.async_payment_failed');
		assert.equal(arrived.data.object.id, good.id);
		assert.equal(arrived.data.object.payment_status, 'paid');
		assert.equal(failed.data.object.id, bad.id);
		assert.equal(failed.data.object.payment_status, 'unpaid');

		const soon = await sessions.create(course());
		await mint.admin(`sessions/${soon.id}/delay`, { seconds: 0 });
		await shop.wait('checkout.session.async_payment_succeeded', 2);
	});

	it('knows promotion codes, down to nothing', async () => {
		const made = await sessions.create(course({ allow_promotion_codes: true }));
		const wrong = await visit(made.url, { action: 'code', code: 'NOPE' });

		assert.match(await wrong.text(), /not valid/);
		await visit(made.url, { action: 'code', code: 'half' });
		assert.equal((await sessions.retrieve(made.id)).amount_total, 1950);
		await visit(made.url, { action: 'remove_code' });
		await visit(made.url, { action: 'code', code: 'FREE100' });
		const page = await (await visit(made.url)).text();
		assert.match(page, /Complete order/);
		assert.doesNotMatch(page, /value="decline"/);
		await visit(made.url, { action: 'pay', email: 'ada@shop.example' });
		const session = await sessions.retrieve(made.id);
		conforms('checkout.session', session);
		assert.equal(session.payment_status, 'no_payment_required');
		assert.equal(session.payment_intent, null);
		assert.equal(session.amount_subtotal, 3900);
		assert.equal(session.amount_total, 0);
		assert.equal(session.total_details.amount_discount, 3900);
	});

	it('expires, with an event, when its time has come', async () => {
		const made = await sessions.create(course());

		await mint.admin('clock', { advance: 86400 });
		assert.equal((await sessions.retrieve(made.id)).status, 'expired');
		const events = await shop.wait('checkout.session.expired');
		assert.ok(events.some((event) => event.data.object.id === made.id));
		const page = await visit(made.url);
		assert.match(await page.text(), /has expired/);
		await mint.admin('clock', { advance: -86400 });
	});

	it('shows each currency and language as it is written', async () => {
		const show = async (more, price) => (await visit(
			(await sessions.create(course(more, price))).url)).text();

		assert.match(await show({}, { currency: 'jpy', unit_amount: 1200 }),
			/[¥￥]1,200</);
		assert.match(await show({}, { currency: 'kwd', unit_amount: 1230 }),
			/1\.230/);
		const chinese = await show({ locale: 'zh' }, { currency: 'cny' });
		assert.match(chinese, /<html lang="zh-CN">/);
		assert.match(chinese, /演练/);
	});

	it('makes a customer when asked', async () => {
		const { customer } = await paid({ customer_creation: 'always',
			customer_email: 'always@shop.example' });
		const { data } = await sessions.list({ customer });

		assert.match(customer, /^cus_/);
		assert.equal(data.length, 1);
	});

	it('is refunded in parts, and no further', async () => {
		const { payment_intent } = await paid();
		const part = await stripe.refunds.create(
			{ payment_intent, amount: 900, reason: 'requested_by_customer',
				metadata: { why: 'one course of two' } });

		conforms('refund', part);
		assert.equal(part.status, 'succeeded');
		await assert.rejects(stripe.refunds.create({ payment_intent, amount: 3001 }),
			/greater than unrefunded amount on charge \(€30\.00\)/);
		await assert.rejects(stripe.refunds.create({ payment_intent, amount: 0 }),
			{ param: 'amount', code: 'parameter_invalid_integer' });
		const rest = await stripe.refunds.create({ charge: part.charge });
		assert.equal(rest.amount, 3000);
		await assert.rejects(stripe.refunds.create({ payment_intent }),
			{ code: 'charge_already_refunded' });
		const list = await stripe.refunds.list({ payment_intent });
		assert.deepEqual(list.data.map((r) => r.id), [rest.id, part.id]);
		const charge = await stripe.charges.retrieve(part.charge);
		conforms('charge', charge);
		assert.equal(charge.refunded, true);
		assert.equal(charge.amount_refunded, 3900);
		assert.equal((await stripe.refunds.retrieve(part.id)).metadata.why,
			'one course of two');
		await shop.wait('refund.created', 2);
		const refunded = await shop.wait('charge.refunded', 2);
		assert.equal(refunded[0].data.object.refunded, false);
		await assert.rejects(stripe.refunds.create({}),
			{ code: 'parameter_missing' });
	});

	it('can have a refund that is pending and then fails', async () => {
		const { payment_intent } = await paid();

		await mint.admin('misbehave', { 'refund-pending': '', count: 1 });
		const refund = await stripe.refunds.create({ payment_intent });
		assert.equal(refund.status, 'pending');
		const failed = await mint.admin(`refunds/${refund.id}/fail`);
		conforms('refund', failed);
		assert.equal(failed.status, 'failed');
		const charge = await stripe.charges.retrieve(refund.charge);
		assert.equal(charge.amount_refunded, 0);
		assert.equal(charge.refunded, false);
		const [event] = await shop.wait('refund.failed');
		assert.equal(event.data.object.id, refund.id);
		await shop.wait('refund.updated');

		await mint.admin('misbehave', { 'refund-fail': '0:1' });
		const later = await stripe.refunds.create({ payment_intent });
		assert.equal(later.status, 'succeeded');
		await shop.wait('refund.failed', 2);
	});

	it('is disputed, won or lost', async () => {
		for (const status of ['won', 'lost']) {
			const { payment_intent } = await paid();
			const dispute = await mint.admin('disputes', { payment_intent });

			conforms('dispute', dispute);
			assert.equal(dispute.status, 'needs_response');
			await assert.rejects(stripe.refunds.create({ payment_intent }),
				{ code: 'charge_disputed' });
			await mint.admin(`disputes/${dispute.id}/close?status=${status}`);
			const closed = await stripe.disputes.retrieve(dispute.id);
			conforms('dispute', closed);
			assert.equal(closed.status, status);
			const { data } = await stripe.disputes.list({ payment_intent });
			assert.equal(data.length, 1);
		}
		await shop.wait('charge.dispute.created', 2);
		await shop.wait('charge.dispute.funds_withdrawn', 2);
		await shop.wait('charge.dispute.closed', 2);
		const back = await shop.wait('charge.dispute.funds_reinstated');
		assert.equal(back.length, 1);
	});

	it('can be a membership: renewed, unpaid, cancelled', async () => {
		const made = await sessions.create(membership(
			{ subscription_data: { metadata: { order: '9' } } }));

		await mint.admin(`sessions/${made.id}/pay`, { email: 'm@shop.example' });
		const session = await sessions.retrieve(made.id,
			{ expand: ['subscription.latest_invoice', 'invoice', 'customer'] });
		const { subscription } = session;
		conforms('checkout.session', session);
		conforms('subscription', subscription);
		conforms('invoice', session.invoice);
		assert.equal(session.payment_intent, null);
		assert.equal(session.customer.email, 'm@shop.example');
		assert.equal(subscription.status, 'active');
		assert.equal(subscription.metadata.order, '9');
		assert.equal(session.invoice.parent.subscription_details.subscription,
			subscription.id);
		const end = subscription.items.data[0].current_period_end;
		const days = (end - subscription.start_date) / 86400;
		assert.ok(days >= 28 && days <= 31, `${days} days`);
		const [paidEvent] = await shop.wait('invoice.paid');
		conforms('invoice', paidEvent.data.object);
		conforms('subscription',
			(await shop.wait('customer.subscription.created'))[0].data.object);

		const renewed = await mint.admin(`subscriptions/${subscription.id}/renew`);
		assert.ok(renewed.items.data[0].current_period_end > end + 27 * 86400);
		const late = await mint.admin(`subscriptions/${subscription.id}/renew`,
			{ outcome: 'fail' });
		assert.equal(late.status, 'past_due');
		await shop.wait('invoice.payment_failed');

		const ending = await stripe.subscriptions.update(subscription.id,
			{ cancel_at_period_end: true });
		assert.equal(ending.cancel_at_period_end, true);
		const portal = await stripe.billingPortal.sessions.create(
			{ customer: session.customer.id, return_url: 'https://shop.example/' });
		conforms('billing_portal.session', portal);
		const page = await (await visit(portal.url)).text();
		assert.match(page, /Keep the subscription/);
		await visit(portal.url,
			{ action: 'resume', subscription: subscription.id });
		const list = await stripe.subscriptions.list(
			{ customer: session.customer.id });
		assert.equal(list.data[0].cancel_at_period_end, false);
		const gone = await stripe.subscriptions.cancel(subscription.id);
		conforms('subscription', gone);
		assert.equal(gone.status, 'canceled');
		await shop.wait('customer.subscription.deleted');
		await shop.wait('customer.subscription.updated', 4);
	});

	it('is found among the events', async () => {
		const types = ['checkout.session.completed', 'refund.created'];
		const seen = new Set();

		for await (const event of stripe.events.list({ types, limit: 3 })) {
			conforms('event', event);
			seen.add(event.type);
		}
		assert.deepEqual([...seen].sort(), types);
		const wild = await stripe.events.list({ type: 'charge.dispute.*' });
		assert.ok(wild.data.length > 0);
		assert.ok(wild.data.every((e) => e.type.startsWith('charge.dispute.')));
	});

	it('moves the balance', async () => {
		const lines = [];

		for await (const line of stripe.balanceTransactions.list({ limit: 100 })) {
			conforms('balance_transaction', line);
			lines.push(line);
		}
		const { available } = await stripe.balance.retrieve();
		const euro = available.find((row) => row.currency === 'eur');
		assert.equal(euro.amount, lines.filter((l) => l.currency === 'eur')
			.reduce((sum, line) => sum + line.net, 0));
	});

	it('answers /_mint/ to no other site', async () => {
		const made = await sessions.create(course());
		const response = await visit(`${mint.url}/_mint/sessions/${made.id}/pay`,
			{}, { 'sec-fetch-site': 'cross-site' });

		assert.equal(response.status, 403);
		assert.equal((await sessions.retrieve(made.id)).status, 'open');
	});

	it('sends events of any type, and sends again', async () => {
		const { payment_intent } = await paid();
		const event = await mint.admin('events',
			{ type: 'future.thing', object: payment_intent });

		await shop.wait('future.thing');
		await mint.admin('deliver', { event: event.id });
		const both = await shop.wait('future.thing', 2);
		assert.equal(both[0].id, both[1].id);
		await mint.admin('fraud_warnings', { payment_intent });
		await shop.wait('radar.early_fraud_warning.created');
	});
});

describe('misbehaviour', () => {
	const shop = new Shop();
	let mint, n = 0;

	before(async () => {
		await shop.open();
		mint = new Mint('--webhook', shop.url, '--attempts', '4',
			'--misbehave', '429:1@/v1/balance');
		await mint.start();
	});
	after(async () => {
		await mint.stop();
		shop.close();
	});

	const customer = () => mint.stripe.customers.create({ name: `${n++}` });
	const arrivals = (id) => shop.events.filter((e) => e.data.object.id === id);
	const switches = (form) => mint.admin('misbehave', { off: '', ...form });

	it('starts with what it was told', async () => {
		await assert.rejects(mint.stripe.balance.retrieve(),
			(e) => e instanceof Stripe.errors.StripeRateLimitError);
		await mint.stripe.balance.retrieve();
	});

	it('duplicates', async () => {
		await switches({ duplicate: 3, count: 1 });
		const { id } = await customer();
		await until('three', () => arrivals(id).length === 3);
		assert.equal(new Set(arrivals(id).map((e) => e.id)).size, 1);
	});

	it('reorders', async () => {
		await switches({ reorder: 1 });
		const ids = [await customer(), await customer(), await customer()]
			.map((c) => c.id);
		await until('all', () => ids.every((id) => arrivals(id).length));
		assert.deepEqual(shop.events.slice(-3).map((e) => e.data.object.id),
			ids.reverse());
	});

	it('delays', async () => {
		await switches({ delay: 1 });
		const from = Date.now();
		const { id } = await customer();
		await until('it', () => arrivals(id).length);
		assert.ok(arrivals(id)[0].at - from >= 950);
	});

	it('drops, and lists what was not delivered', async () => {
		await switches({ drop: ':1' });
		const { id } = await customer();
		await sleep(300);
		assert.equal(arrivals(id).length, 0);
		const { data } = await mint.stripe.events.list(
			{ delivery_success: false, types: ['customer.created'] });
		assert.deepEqual(data.map((e) => e.data.object.id), [id]);
		assert.equal(data[0].pending_webhooks, 1);
	});

	it('tries again, later and later, after anything but 2xx', async () => {
		await switches({});
		shop.answers = [500, 302, 404];
		const { id } = await customer();
		await until('four', () => arrivals(id).length === 4);
		const at = arrivals(id).map((e) => e.at);
		assert.ok(at[2] - at[1] >= 90 && at[3] - at[2] >= 180, `${at}`);
		shop.answers = [500, 500, 500, 500];
		const { id: lost } = await customer();
		await until('four', () => arrivals(lost).length === 4);
		await sleep(900);
		assert.equal(arrivals(lost).length, 4);
	});

	it('fails, and the client tries again', async () => {
		const patient = mint.client('sk_test_rehearsal', { maxNetworkRetries: 2 });

		await switches({ 500: 2 });
		await assert.rejects(mint.stripe.balance.retrieve(),
			(e) => e instanceof Stripe.errors.StripeAPIError && e.statusCode === 500);
		await patient.balance.retrieve();
		await switches({ list: '409:1,close:1' });
		await patient.customers.create({});
	});

	it('answers with nonsense', async () => {
		await switches({ garbage: ':1' });
		await assert.rejects(mint.stripe.balance.retrieve(), /Invalid JSON/);
		await switches({ redirect: ':1' });
		const moved = await mint.post('/v1/customers', {});
		assert.equal(moved.status, 302);
		await switches({ huge: '3:1' });
		const huge = await (await mint.post('/v1/customers', {})).text();
		assert.equal(huge.length, 3 << 20);
		assert.ok(huge.startsWith('{"id":"aaa'));
	});

	it('holds an answer back', async () => {
		await switches({ timeout: 30, count: 1, path: '/v1/customers' });
		await mint.stripe.balance.retrieve();
		const impatient = mint.client('sk_test_rehearsal', { timeout: 200 });
		await assert.rejects(impatient.customers.create({ name: 'late' }),
			(e) => e instanceof Stripe.errors.StripeConnectionError);
		const { data } = await mint.stripe.customers.list({ limit: 1 });
		assert.equal(data[0].name, 'late');
	});

	it('refuses a switch it does not have', async () => {
		const response = await fetch(`${mint.url}/_mint/misbehave`,
			{ method: 'POST', body: new URLSearchParams({ dance: '1' }) });

		assert.equal(response.status, 400);
	});

	it('keeps a journal', async () => {
		const { data } = await (await fetch(`${mint.url}/_mint/log`)).json();

		assert.ok(data.some((e) => e.path === '/v1/customers' && e.status === 200));
		assert.ok(data.some((e) => e.outcome === 'dropped'));
		assert.ok(!JSON.stringify(data).includes('sk_test_rehearsal'));
		const state = await (await fetch(`${mint.url}/_mint/state`)).text();
		assert.ok(!state.includes(secret));
	});
});

describe('a webhook endpoint', () => {
	it('is made by the API with a secret of its own', async () => {
		const mint = new Mint(), shop = new Shop();

		await Promise.all([mint.start(), shop.open()]);
		const endpoint = await mint.stripe.webhookEndpoints.create(
			{ url: shop.url, enabled_events: ['customer.created'] });
		conforms('webhook_endpoint', endpoint);
		await mint.stripe.products.create({ name: 'unseen' });
		await mint.stripe.customers.create({});
		const [event] = await shop.wait('customer.created');
		mint.stripe.webhooks.constructEvent(
			event.body, event.signature, endpoint.secret);
		assert.deepEqual(shop.types(), ['customer.created']);
		const read = await mint.stripe.webhookEndpoints.retrieve(endpoint.id);
		assert.equal(read.secret, undefined);
		await mint.stop();
		shop.close();
	});
});

describe('the state', () => {
	it('survives a restart, pending webhooks and keys included', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'pennymint-'));
		const file = join(folder, 'state.json');
		const shop = new Shop();

		await shop.open();
		const mint = new Mint('--state', file, '--webhook', shop.url);
		await mint.start();
		shop.answers = [503];
		const key = { idempotencyKey: 'once' };
		const made = await mint.stripe.checkout.sessions.create(course(), key);
		await mint.admin('misbehave', { drop: '' });
		await mint.admin(`sessions/${made.id}/pay`);
		assert.equal(await mint.stop(), 0);
		assert.equal(statSync(file).mode & 0o777, 0o600);
		assert.equal(JSON.parse(readFileSync(file)).format, 1);

		await mint.start();
		const read = await mint.stripe.checkout.sessions.retrieve(made.id);
		assert.equal(read.payment_status, 'paid');
		const again = await mint.stripe.checkout.sessions.create(course(), key);
		assert.equal(again.id, made.id);
		await shop.wait('checkout.session.completed');
		const { data } = await mint.stripe.webhookEndpoints.list();
		assert.equal(data.length, 1);
		await mint.stop();
		shop.close();
		rmSync(folder, { recursive: true });
	});
});

describe('the description', { skip: !description && 'no STRIPE_OPENAPI' }, () => {
	it('was checked', () => {
		const names = [...description.checked].sort();

		assert.ok(names.length > 20);
		if (process.env.STRIPE_OPENAPI_SHOW)
			console.log(names.join(' '));
	});
});
