// Money: whatever webhooks, networks and crashes do, an order is paid once and
// opens once, and what was paid is never lost.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gate, secret, until } from './gate.mjs';
import { Till } from './till.mjs';

function sign(body, time = Math.floor(Date.now() / 1000), with_ = secret) {
	return `t=${time},v1=` +
		createHmac('sha256', with_).update(`${time}.${body}`).digest('hex');
}

function canMount() {
	return process.getuid() === 0 &&
		spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
			.status === 0;
}

function assertOnce(order, products = ['loops']) {
	assert.equal(order.state, 'paid');
	assert.deepEqual(order.grants.map((grant) => grant.product).sort(),
		[...products].sort());
	assert.ok(order.grants.every((grant) => !grant.revoked));
	const sales = order.ledger.filter((entry) => entry.kind === 'sale');

	assert.equal(sales.length, 2, 'booked once, on two sides');
	assert.equal(sales[0].amount + sales[1].amount, 0);
}

describe('a gateway with a payment service that behaves', () => {
	const gate = new Gate();

	before(async () => {
		await gate.open();
		await gate.start();
	});
	after(() => gate.close());

	it('opens the page by the return alone, at once', async () => {
		await gate.mint.misbehave('drop');
		const reader = gate.browser();
		const session = await reader.order('loops');

		assert.equal(await reader.reads('loops'), false);
		await gate.mint.admin(`sessions/${session}/pay`);
		const answer = await reader.back(session);

		assert.match(answer.text, /result paid/);
		assert.match(answer.text, /€39\.00/);
		assert.equal(await reader.reads('loops'), true);
		assert.equal(await reader.reads('pointers'), false);
		assertOnce(gate.order(session));
		await gate.mint.misbehave('off');
	});

	it('opens by the webhook alone', async () => {
		const reader = gate.browser();
		const session = await reader.order('both', '');

		await gate.mint.admin(`sessions/${session}/pay`);
		assertOnce(await gate.state(session, 'paid'), ['loops', 'pointers']);
		assert.equal(await reader.reads('loops'), false);
		await reader.back(session);
		assert.equal(await reader.reads('loops'), true);
		assert.equal(await reader.reads('pointers'), true);
	});

	it('charges yen as yen', async () => {
		const reader = gate.browser();
		const session = await reader.order('pointers', '');

		await gate.mint.admin(`sessions/${session}/pay`);
		assert.match((await reader.back(session)).text, /1,200/);
		const order = gate.order(session);

		assert.equal(order.paid, 1200);
		assert.equal(order.currency, 'JPY');
	});

	it('knows what a reader owns already', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		const again = await reader.checkout('loops');

		assert.equal(again.status, 303);
		assert.equal(again.location, `${gate.url}/m/courses/loops/a/`);
		const more = await reader.order('pointers', '');

		await gate.mint.admin(`sessions/${more}/pay`);
		await reader.back(more);
		assert.equal(await reader.reads('loops'), true);
		assert.equal(await reader.reads('pointers'), true);
		assert.equal(gate.order(more).reader, gate.order(session).reader);
	});

	it('opens for a second browser of the same buyer, once paid', async () => {
		const first = gate.browser(), second = gate.browser();
		const session = await first.order('loops');

		assert.match((await second.back(session)).text, /result arriving/);
		assert.equal(second.cookies.size, 0);
		await gate.mint.admin(`sessions/${session}/pay`);
		await first.back(session);
		// The link alone signs nobody in: it may be somebody else's.
		const asked = await second.back(session);
		assert.match(asked.text, /to confirm at \/checkout\/return/);
		assert.doesNotMatch(asked.text, /result paid/);
		assert.equal(second.cookies.size, 0);
		assert.match((await second.confirm(session)).text, /result paid/);
		assert.equal(await first.reads('loops'), true);
		assert.equal(await second.reads('loops'), true);
		assertOnce(gate.order(session));
	});

	it('opens by a return address for a few browsers, not for a crowd',
		async () => {
			const first = gate.browser();
			const session = await first.order('loops');
			let open = 0;

			await gate.mint.admin(`sessions/${session}/pay`);
			await first.back(session);
			for (let i = 0; i < 20; i++) {
				const other = gate.browser();

				await other.confirm(session);
				open += await other.reads('loops');
			}
			assert.ok(open >= 1 && open <= 5, `${open}`);
			assert.equal(await first.reads('loops'), true);
			// Whoever loads the page again and again keeps what they have.
			for (let i = 0; i < 30; i++)
				assert.match((await first.back(session)).text, /result paid/);
			assert.equal(await first.reads('loops'), true);
			await gate.mint.call('POST', '/v1/refunds',
				{ payment_intent: gate.order(session).payment });
			await gate.state(session, 'refunded');
			await until('the end of it',
				async () => !await first.reads('loops'));
		});

	it('leaves another reader who follows the link their own', async () => {
		const owner = gate.browser(), other = gate.browser();
		const mine = await owner.order('loops');
		const theirs = await other.order('pointers', '');

		await gate.mint.admin(`sessions/${mine}/pay`);
		await gate.mint.admin(`sessions/${theirs}/pay`);
		await owner.back(mine);
		await other.back(theirs);
		await other.back(mine);
		assert.equal(await other.reads('loops'), false);
		await other.confirm(mine);
		assert.equal(await other.reads('loops'), true);
		assert.equal(await other.reads('pointers'), true);
		assert.equal(await owner.reads('pointers'), false);
		assert.notEqual(gate.order(mine).reader, gate.order(theirs).reader);
	});

	it('renews a token, and forgets a reader who signs out', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		const token = reader.token;

		reader.cookies.delete('__Host-pennypress');
		assert.equal(await reader.reads('loops'), true);
		assert.ok(reader.token && reader.token !== token);
		const kept = new Map(reader.cookies);
		const out = await reader.fetch('/account/sign-out',
			{ method: 'POST', headers: { origin: gate.url } });

		assert.ok([200, 303].includes(out.status));
		assert.equal(await reader.reads('loops'), false);
		// What was copied before is worth nothing now.
		reader.cookies = new Map(kept);
		reader.cookies.delete('__Host-pennypress');
		assert.equal(await reader.reads('loops'), false);
		reader.cookies = new Map([['__Host-pennypress',
			kept.get('__Host-pennypress')]]);
		await until('the token to be revoked', async () =>
			!await reader.reads('loops'));
	});

	it('shows a delayed payment as arriving until it is there', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/delay`,
			{ seconds: '3600' });
		assert.match((await reader.back(session)).text, /result arriving/);
		assert.equal(gate.order(session).state, 'awaiting_payment');
		assert.equal(await reader.reads('loops'), false);
		const { headers } = await reader.fetch(
			`/checkout/return?session_id=${session}`);

		assert.equal(headers.get('refresh'),
			`3; url=/checkout/return?session_id=${session}&again=1`);
		await gate.mint.admin(`sessions/${session}/complete_delayed`);
		await gate.state(session, 'paid');
		assert.match((await reader.back(session)).text, /result paid/);
		assert.equal(await reader.reads('loops'), true);
	});

	it('says so when a delayed payment fails', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/delay`,
			{ seconds: '3600' });
		await gate.mint.admin(`sessions/${session}/fail_delayed`);
		const order = await gate.state(session, 'payment_failed');

		assert.deepEqual(order.grants, []);
		assert.deepEqual(order.ledger, []);
		assert.match((await reader.back(session)).text, /result failed/);
	});

	it('says so when a session has expired', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/expire`);
		await gate.state(session, 'expired');
		assert.match((await reader.back(session)).text, /result expired/);
	});

	it('knows no session that is not ours', async () => {
		const reader = gate.browser();
		const foreign = await gate.mint.call('POST', '/v1/checkout/sessions', {
			mode: 'payment', success_url: 'http://127.0.0.1/x',
			'line_items[0][price_data][currency]': 'eur',
			'line_items[0][price_data][unit_amount]': '3900',
			'line_items[0][price_data][product_data][name]': 'a hat',
			'line_items[0][quantity]': '1' });

		await gate.mint.admin(`sessions/${foreign.id}/pay`);
		for (const session of [foreign.id, 'cs_test_nothing', 'x', '../..']) {
			const answer = await reader.back(session);

			assert.match(`${answer.status}`, /^40[04]$/, session);
		}
		assert.equal(reader.cookies.size, 0);
		assert.equal(gate.order(foreign.id), undefined);
	});

	it('asks about invented sessions only so often', async () => {
		await Promise.all([...Array(100)].map((_, i) =>
			gate.browser().back(`cs_test_invented${i}`)));
		const log = JSON.stringify(await gate.mint.call('GET', '/_mint/log'));
		const asked = new Set(log.match(/cs_test_invented\d+/g));

		assert.ok(asked.size >= 1 && asked.size <= 20, `${asked.size}`);
	});

	it('takes access back with the money, and gives it again', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		assert.equal(await reader.reads('loops'), true);
		const { payment } = gate.order(session);
		const refund = await gate.mint.call('POST', '/v1/refunds',
			{ payment_intent: payment });
		const refunded = await gate.state(session, 'refunded');

		assert.ok(refunded.grants[0].revoked);
		await until('the page to close', async () =>
			!await reader.reads('loops'));
		assert.match((await reader.back(session)).text, /result failed/);
		await gate.mint.admin(`refunds/${refund.id}/fail`);
		const again = await gate.state(session, 'paid');

		assert.equal(again.grants[0].revoked, 0);
		assert.equal(await reader.reads('loops'), true);
		assert.deepEqual(again.ledger.map((entry) => entry.kind).sort(),
			['refund', 'refund', 'refund_failed', 'refund_failed',
				'sale', 'sale']);
		assert.equal(again.ledger.reduce((sum, entry) =>
			sum + entry.amount, 0), 0);
	});

	it('closes only the lines a partial refund names', async () => {
		const reader = gate.browser();
		const session = await reader.order('both', '');

		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		const { payment } = gate.order(session);

		await gate.mint.call('POST', '/v1/refunds',
			{ payment_intent: payment, amount: '100' });
		const part = await gate.state(session, 'partially_refunded');

		assert.ok(part.grants.every((grant) => !grant.revoked));
		assert.equal(await reader.reads('pointers'), true);
		await gate.mint.call('POST', '/v1/refunds', { payment_intent: payment,
			amount: '2950', 'metadata[pennypress_line]': 'pointers' });
		await until('the line to close', async () =>
			!await reader.reads('pointers'));
		assert.equal(await reader.reads('loops'), true);
	});

	it('closes while a dispute is open, for good when it is lost', async () => {
		for (const [status, state, open] of
			[['won', 'paid', true], ['lost', 'charged_back', false]]) {
			const reader = gate.browser();
			const session = await reader.order('loops');

			await gate.mint.admin(`sessions/${session}/pay`);
			await reader.back(session);
			const dispute = await gate.mint.admin('disputes',
				{ payment_intent: gate.order(session).payment });

			await gate.state(session, 'disputed');
			await until('the page to close', async () =>
				!await reader.reads('loops'));
			await gate.mint.admin(`disputes/${dispute.id}/close`, { status });
			await gate.state(session, state);
			assert.equal(await reader.reads('loops'), open);
		}
	});

	it('runs a membership: renewed, late, ended', async () => {
		const reader = gate.browser();
		const session = await reader.order('club', '');

		await gate.mint.admin(`sessions/${session}/pay`);
		assert.match((await reader.back(session)).text, /result paid/);
		assert.equal(await reader.reads('loops'), true);
		const first = gate.order(session);
		const until1 = first.grants[0].until;

		assert.ok(until1 > Date.now() / 1000 + 27 * 86400);
		await gate.mint.admin(`subscriptions/${first.subscription}/renew`);
		const renewed = await until('the renewal', () => {
			const order = gate.order(session);

			return order.grants[0].until > until1 + 20 * 86400 && order;
		});

		assert.equal(renewed.paid, 1800);
		await gate.mint.admin(`subscriptions/${first.subscription}/cancel`);
		await until('the page to close', async () =>
			!await reader.reads('loops'));
	});

	it('refuses a webhook that is not signed, now, as it was', async () => {
		const body = JSON.stringify({ id: 'evt_forged', object: 'event',
			type: 'checkout.session.completed', livemode: false,
			data: { object: { id: 'cs_x', object: 'checkout.session' } } });
		const now = Math.floor(Date.now() / 1000);
		const send = (signature, text = body) =>
			fetch(`${gate.url}/webhooks/stripe`, { method: 'POST', body: text,
				headers: signature ? { 'stripe-signature': signature } : {} })
				.then((answer) => answer.status);

		assert.equal(await send(''), 400);
		assert.equal(await send('t=1,v1=aa'), 400);
		assert.equal(await send(sign(body, now, 'whsec_wrong')), 400);
		assert.equal(await send(sign(body, now - 400)), 400);
		assert.equal(await send(sign(body, now + 400)), 400);
		assert.equal(await send(sign(body), `${body} `), 400);
		assert.equal(await send(sign('{}'), '{}'), 400);
		assert.equal(await send(sign('not json'), 'not json'), 400);
		assert.equal(await send(sign(body)), 200);
		assert.equal(await send(sign(body, now, 'whsec_an_older_one')), 200);
		const thin = JSON.stringify({ id: 'evt_thin', object: 'v2.core.event',
			type: 'v1.billing.meter.error', livemode: false });

		assert.equal(await send(sign(thin), thin), 200);
	});

	it('tells of a flood of them in one line', async () => {
		for (let i = 0; i < 20; i++)
			await Promise.all(Array.from({ length: 50 }, () =>
				fetch(`${gate.url}/webhooks/stripe`, { method: 'POST',
					body: '{}', headers: { 'stripe-signature':
						sign('{}', 1) } })));
		assert.ok(gate.log.match(/webhook refused: no good/g).length <= 2);
	});

	it('sells what the newest release offers, at its price', async () => {
		gate.publish('dearer', (manifest) => {
			manifest.offers[0].amount = 4500;
			manifest.offers.push({ ...manifest.offers[1], id: 'new',
				title: 'New' });
		});
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		assert.equal(gate.order(session).paid, 4500);
		await until('the new offer', async () =>
			(await gate.browser().checkout('new', '')).status === 303);
	});

	it('is asked too often by one address only so often', async () => {
		const reader = gate.browser();
		const statuses = [];

		for (let i = 0; i < 12; i++)
			statuses.push((await reader.checkout('loops')).status);
		assert.deepEqual(statuses.slice(0, 10), Array(10).fill(303));
		assert.ok(statuses.slice(10).includes(429), `${statuses}`);
		assert.equal((await gate.browser().checkout('loops')).status, 303);
		assert.equal((await gate.browser().checkout('no-such')).status, 404);
	});
});

/** Stands between the gateway and pennymint, and changes answers on their way. */
class Tamper {
	change = () => {};

	async open(mint) {
		this.server = createServer(async (request, response) => {
			const pieces = [];

			for await (const piece of request)
				pieces.push(piece);
			const headers = { ...request.headers };

			delete headers.host;
			delete headers.connection;
			const answer = await fetch(mint.url + request.url, { headers,
				method: request.method,
				body: pieces.length ? Buffer.concat(pieces) : undefined });
			const json = await answer.json();

			this.change(json, request);
			response.writeHead(answer.status,
				{ 'content-type': 'application/json' });
			response.end(JSON.stringify(json));
		}).listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		this.url = `http://127.0.0.1:${this.server.address().port}`;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

describe('what was paid is not what was ordered', () => {
	const gate = new Gate(), tamper = new Tamper();

	before(async () => {
		await gate.open();
		await tamper.open(gate.mint);
		gate.payment = { base: tamper.url };
		gate.writeConfig();
		await gate.start();
	});
	after(() => {
		tamper.close();
		return gate.close();
	});

	const faults = {
		'another total': (session) => { session.amount_total = 100; },
		'a higher total': (session) => { session.amount_total = 39000; },
		'another amount': (session) => {
			session.amount_subtotal = session.amount_total = 100;
		},
		'another currency': (session) => { session.currency = 'usd'; },
		'another offer': (session) => {
			session.metadata.pennypress_offer = 'pointers';
		},
		'another order by reference': (session) => {
			session.client_reference_id = 'o_AAAAAAAAAAAAAAAAAAAAAA';
		},
		'another mode': (session) => { session.mode = 'subscription'; },
	};

	for (const [name, change] of Object.entries(faults)) {
		it(`quarantines ${name}, and shows it`, async () => {
			tamper.change = () => {};
			const reader = gate.browser();
			const session = await reader.order('loops');

			tamper.change = (json) => {
				for (const item of json.data ?? [json]) {
					if (item.object === 'checkout.session' &&
					    item.id === session)
						change(item);
				}
			};
			await gate.mint.admin(`sessions/${session}/pay`);
			const answer = await reader.back(session);

			assert.match(answer.text, /result arriving/);
			assert.equal(await reader.reads('loops'), false);
			const order = await gate.state(session, 'quarantined');

			assert.deepEqual(order.grants, []);
			assert.deepEqual(order.ledger, []);
			assert.notEqual(order.quarantine, '');
			assert.match(gate.run('orders'), /quarantined: paid, but not/);
			assert.match(gate.run('orders', 'show', order.id),
				/quarantined +the session/);
			await until('the event to be quarantined', () =>
				gate.order(session).events.some((event) =>
					event.state === 'quarantined'));
		});
	}

	it('takes an order out of quarantine when the provider agrees', async () => {
		const reader = gate.browser();

		tamper.change = () => {};
		const session = await reader.order('loops');

		await gate.mint.misbehave('drop');
		tamper.change = (json) => { json.amount_total = 1; };
		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		await gate.state(session, 'quarantined');
		tamper.change = () => {};
		await gate.mint.misbehave('off');
		await gate.mint.admin('events', {
			type: 'checkout.session.completed', object: session });
		assertOnce(await gate.state(session, 'paid'));
	});

	it('believes no session of another mode of the key', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		tamper.change = (json) => { json.livemode = true; };
		await gate.mint.admin(`sessions/${session}/pay`);
		await reader.back(session);
		assert.equal(await reader.reads('loops'), false);
		assert.deepEqual(gate.order(session).grants, []);
		tamper.change = () => {};
	});

	it('sends nobody to an address that is not the checkout', async () => {
		for (const url of ['https://evil.example/pay', 'javascript:1', '',
			'http://checkout.stripe.com/x', `${gate.url}@evil.example/`]) {
			tamper.change = (json) => { json.url = url; };
			const answer = await gate.browser().checkout('loops');

			assert.equal(answer.status, 502, url);
			assert.equal(answer.location, null);
		}
		tamper.change = () => {};
	});
});

describe('discounts', () => {
	const gate = new Gate();

	before(async () => {
		await gate.open({ payment: { promotion_codes: 'yes' } });
		await gate.start();
	});
	after(() => gate.close());

	async function code(name, percent) {
		const coupon = await gate.mint.call('POST', '/v1/coupons',
			{ percent_off: percent, duration: 'once' });

		await gate.mint.call('POST', '/v1/promotion_codes',
			{ coupon: coupon.id, code: name });
	}

	it('takes 100 % off as paid, though no payment exists', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await code('A-GIFT', '100');
		await gate.mint.admin(`sessions/${session}/code`, { code: 'A-GIFT' });
		await gate.mint.admin(`sessions/${session}/pay`);
		assert.match((await reader.back(session)).text, /result paid/);
		assert.equal(await reader.reads('loops'), true);
		const order = gate.order(session);

		assert.equal(order.state, 'paid');
		assert.equal(order.paid, 0);
		assert.equal(order.payment, '');
		assert.equal(order.grants.length, 1);
		assert.deepEqual(order.ledger, []);
	});

	it('books what was really paid', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await code('A-HALF', '50');
		await gate.mint.admin(`sessions/${session}/code`, { code: 'A-HALF' });
		await gate.mint.admin(`sessions/${session}/pay`);
		assert.match((await reader.back(session)).text, /€19\.50/);
		assertOnce(gate.order(session));
		assert.equal(gate.order(session).paid, 1950);
	});

	it('keeps its word when they end before the buyer pays', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await code('A-LATE', '50');
		await gate.stop();
		gate.payment.promotion_codes = 'no';
		gate.writeConfig();
		await gate.start();
		await gate.mint.admin(`sessions/${session}/code`, { code: 'A-LATE' });
		await gate.mint.admin(`sessions/${session}/pay`);
		assertOnce(await gate.state(session, 'paid'));
		assert.equal(gate.order(session).paid, 1950);
	});
});

describe('the till, whatever its front says', () => {
	const gate = new Gate();
	let till = new Till();
	const PAID = 0, ARRIVING = 1;

	before(async () => {
		await gate.open();
		await till.start(gate);
	});
	after(async () => {
		await till.stop();
		await gate.close();
	});

	it('says to any browser how an order stands, and signs none in',
		async () => {
			const { order, session } = await till.order('loops');

			assert.match(session, /^cs_/);
			let answer = await till.back(session, 0);

			assert.equal(answer.result, ARRIVING);
			await gate.mint.admin(`sessions/${session}/pay`);
			for (let i = 0; i < 10; i++) {
				answer = await till.back(session, i % 2 ? 0 : 2);
				assert.deepEqual([answer.result, answer.token,
					answer.reader], [PAID, '', '']);
				assert.equal(answer.order, order);
				assert.equal(answer.amount, 3900);
				assert.equal(answer.currency, 'EUR');
			}
			// None of these was counted: all five are left.
			for (let i = 0; i < 6; i++) {
				answer = await till.back(session, 1);
				assert.equal(answer.result, PAID);
				assert.equal(answer.token !== '', i < 5, `${i}`);
			}
		});

	it('gives nobody an order that they did not claim', async () => {
		const mine = await till.order('loops');
		const other = await till.order('pointers');

		for (const { session } of [mine, other])
			await gate.mint.admin(`sessions/${session}/pay`);
		const { reader } = await till.back(mine.session, 1);

		await till.back(other.session, 0, '', reader);
		assert.deepEqual(gate.order(other.session).grants.map((grant) =>
			grant.reader), [gate.order(other.session).reader]);
		await till.back(other.session, 1, '', reader);
		assert.equal(gate.order(other.session).grants.length, 2);
	});

	it('refuses older tokens when it cannot name all that are revoked',
		async () => {
			const now = Math.floor(Date.now() / 1000);
			const revoke = (from, to) => execFileSync('sqlite3', [
				join(gate.folder, 'data', 'orders.db'),
				`WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL
				SELECT i + 1 FROM n WHERE i < ${to}) INSERT INTO tokens
				SELECT printf('%022d', i), (SELECT id FROM readers LIMIT 1),
				${now} - i, ${now} + 9999, ${now} FROM n`]);
			const again = async () => {
				await till.stop();
				till = new Till();
				await till.start(gate);
				return till.hellos[0];
			};

			await till.stop();
			revoke(1, 10000);
			let hello = await again();

			assert.equal(hello.revoked.length, 10000);
			assert.equal(hello.notBefore, 0);
			await till.stop();
			revoke(10001, 10050);
			hello = await again();
			assert.equal(hello.revoked.length, 10000);
			assert.ok(hello.revoked.includes('0000000000000000010000'));
			// What is not named was issued before.
			assert.equal(hello.notBefore, now - 10001 + 1);
		});
});

describe('a payment service that misbehaves', () => {
	const gate = new Gate();

	before(async () => {
		await gate.open();
		await gate.start();
	});
	after(() => gate.close());

	for (const fault of ['500:2', '429:1', '409:2', 'garbage:2', 'close:2']) {
		it(`is asked again after ${fault}, for one session`, async () => {
			const before_ = (await gate.mint.call('GET',
				'/v1/checkout/sessions?limit=100')).data.length;
			const reader = gate.browser();

			await gate.mint.misbehave(`off,${fault}@/v1/checkout/sessions`);
			const session = await reader.order('loops');

			await gate.mint.misbehave('off');
			const made = (await gate.mint.call('GET',
				'/v1/checkout/sessions?limit=100')).data.length;

			assert.equal(made, before_ + 1);
			await gate.mint.admin(`sessions/${session}/pay`);
			await reader.back(session);
			assert.equal(await reader.reads('loops'), true);
		});
	}

	for (const [fault, status] of [['500', 503], ['garbage', 503],
		['close', 503], ['huge=20', 503], ['redirect', 502]]) {
		it(`is out of reach with ${fault}: ${status}, and pages go on`,
			async () => {
				const reader = gate.browser();

				await gate.mint.misbehave(
					`off,${fault}@/v1/checkout/sessions`);
				const [answer] = await Promise.all([
					reader.checkout('loops'),
					reader.fetch('/').then((page) =>
						assert.equal(page.status, 200))]);

				assert.equal(answer.status, status, answer.text);
				await gate.mint.misbehave('off');
				assert.equal((await reader.checkout('loops')).status, 303);
			});
	}

	it('sends the payment key to nobody without a known certificate',
		async () => {
			const secure = new Gate();

			await secure.open();
			execFileSync('openssl', ['req', '-x509', '-newkey', 'ec',
				'-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
				'-keyout', 'k.pem', '-out', 'c.pem', '-subj',
				'/CN=localhost'], { cwd: secure.folder, stdio: 'ignore' });
			let asked = 0;
			const server = createSecureServer({
				key: readFileSync(join(secure.folder, 'k.pem')),
				cert: readFileSync(join(secure.folder, 'c.pem')),
			}, (request, response) => {
				asked++;
				response.end('{}');
			}).listen(0, '127.0.0.1');

			try {
				await once(server, 'listening');
				secure.payment = {
					base: `https://localhost:${server.address().port}` };
				secure.writeConfig();
				await secure.start();
				assert.equal((await secure.browser().checkout('loops'))
					.status, 503);
				assert.equal(asked, 0);
				assert.match(secure.log, /certificate/);
			} finally {
				server.close();
				await secure.close();
			}
		});

	it('answers a return while the service is away', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');

		await gate.mint.misbehave('500,drop');
		await gate.mint.admin(`sessions/${session}/pay`);
		assert.match((await reader.back(session)).text, /result arriving/);
		await gate.mint.misbehave('off');
		assert.match((await reader.back(session)).text, /result paid/);
		assert.equal(await reader.reads('loops'), true);
	});

	it('finds lost events when it starts', async () => {
		const sessions = [];

		await gate.mint.misbehave('drop');
		for (let i = 0; i < 5; i++) {
			const session = await gate.browser().order('loops');

			await gate.mint.admin(`sessions/${session}/pay`);
			sessions.push(session);
		}
		assert.ok(sessions.every((session) =>
			gate.order(session).state === 'pending'));
		const refunded = gate.browser();
		const last = await refunded.order('loops');

		await gate.mint.admin(`sessions/${last}/pay`);
		await refunded.back(last);
		await gate.mint.call('POST', '/v1/refunds',
			{ payment_intent: gate.order(last).payment });
		await gate.stop();
		await gate.start();
		for (const session of sessions)
			assertOnce(await gate.state(session, 'paid'));
		await gate.state(last, 'refunded');
		await gate.mint.misbehave('off');
	});

	it('answers 503 while the store is locked, then goes on', async () => {
		const reader = gate.browser();
		const session = await reader.order('loops');
		const lock = spawn('sqlite3',
			[`${gate.folder}/data/orders.db`], { stdio: ['pipe', 2, 2] });
		const body = JSON.stringify({ id: 'evt_locked', object: 'event',
			type: 'payout.paid', livemode: false,
			data: { object: { id: 'po_1', object: 'payout' } } });

		lock.stdin.write('BEGIN IMMEDIATE;\n');
		await sleep(500);
		const answer = await fetch(`${gate.url}/webhooks/stripe`, { body,
			method: 'POST', headers: { 'stripe-signature': sign(body) } });

		assert.equal(answer.status, 503);
		assert.equal((await reader.checkout('loops')).status, 503);
		assert.equal((await reader.fetch('/')).status, 200);
		lock.stdin.end('ROLLBACK;\n');
		await once(lock, 'exit');
		await gate.mint.admin(`sessions/${session}/pay`);
		assertOnce(await gate.state(session, 'paid'));
	});
});

describe('a full disk', { skip: canMount() ? false : 'mount needs root' }, () => {
	const gate = new Gate();

	before(async () => {
		await gate.open();
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700',
			'tmpfs', `${gate.folder}/data`]);
		await gate.start();
	});
	after(async () => {
		await gate.stop();
		execFileSync('umount', [`${gate.folder}/data`]);
		await gate.close();
	});

	it('ends in 503, grants nothing by half, and recovers by itself',
		async () => {
			const reader = gate.browser();
			const session = await reader.order('loops');
			const ballast = `${gate.folder}/data/ballast`;
			const body = JSON.stringify({ id: 'evt_full', object: 'event',
				type: 'payout.paid', livemode: false, data: { object: {
					id: 'po_1', object: 'payout',
					description: 'x'.repeat(200000) } } });
			const hook = () => fetch(`${gate.url}/webhooks/stripe`, { body,
				method: 'POST', headers: { 'stripe-signature': sign(body) } });

			assert.throws(() => writeFileSync(ballast,
				Buffer.alloc(8 << 20)), /ENOSPC/);
			assert.equal((await hook()).status, 503);
			assert.equal((await reader.checkout('loops')).status, 503);
			// The money comes while nothing can be written.
			await gate.mint.admin(`sessions/${session}/pay`);
			assert.equal(await reader.reads('loops'), false);
			assert.equal((await reader.fetch('/')).status, 200);
			rmSync(ballast);
			assertOnce(await gate.state(session, 'paid'));
			assert.equal((await hook()).status, 200);
			assert.match((await reader.back(session)).text, /result paid/);
			assert.equal(await reader.reads('loops'), true);
		});
});

describe('storms', () => {
	const gate = new Gate();

	before(async () => {
		await gate.open({ mint: ['--attempts', '30'] });
		await gate.start();
	});
	after(() => gate.close());

	for (const fault of ['duplicate=4', 'reorder', 'delay=1',
		'duplicate=3,reorder,delay=1', 'drop']) {
		it(`${fault}, and every return at once: paid once, open once`,
			async () => {
				const readers = await Promise.all([...Array(8)].map(
					async () => {
						const reader = gate.browser();

						return [reader, await reader.order('both', '')];
					}));

				await gate.mint.misbehave(`off,${fault}`);
				await Promise.all(readers.flatMap(([reader, session]) => [
					gate.mint.admin(`sessions/${session}/pay`),
					...[...Array(3)].map(() => reader.back(session)),
				]));
				if (fault === 'drop')
					await sleep(2100); // what was just asked is not again
				await Promise.all(readers.map(([reader, session]) =>
					reader.back(session)));
				for (const [, session] of readers)
					assertOnce(await gate.state(session, 'paid'),
						['loops', 'pointers']);
				await gate.mint.misbehave('off');
			});
	}

	it('takes thousands of events about things it does not know', async () => {
		const send = async (i) => {
			const body = JSON.stringify({ id: `evt_unknown_${i}`,
				object: 'event', type: 'refund.created', livemode: false,
				data: { object: { id: `re_unknown_${i % 7}`,
					object: 'refund' } } });
			const answer = await fetch(`${gate.url}/webhooks/stripe`, { body,
				method: 'POST', headers: { 'stripe-signature': sign(body) } });

			assert.equal(answer.status, 200);
		};

		for (let i = 0; i < 3000; i += 100)
			await Promise.all([...Array(100)].map((_, k) => send(i + k)));
		const session = await gate.browser().order('loops');

		await gate.mint.admin(`sessions/${session}/pay`);
		assertOnce(await gate.state(session, 'paid'));
		await until('the events to be parked', () =>
			JSON.parse(gate.run('orders', '--json')).events.length === 100);
		assert.doesNotMatch(gate.log, /error: store/);
	});

	it('survives kill -9 of either process at any moment', async () => {
		const paid = [];
		let storm = true;
		const kills = { front: 0, till: 0 };
		const buy = async () => {
			while (storm) {
				try {
					const reader = gate.browser();
					const session = await reader.order('loops');

					await gate.mint.admin(`sessions/${session}/pay`);
					paid.push(session);
					await reader.back(session);
				} catch {
					await sleep(50); // nobody listens just now
				}
			}
		};
		const kill = async () => {
			for (let i = 0; i < 12; i++) {
				await sleep(100 + Math.random() * 900);
				const role = Math.random() < 0.4 ? 'front' : 'till';

				if (gate.kill(role))
					kills[role]++;
				await until('the gateway to be back',
					() => gate.healthy(), 30000);
			}
			storm = false;
		};

		await gate.mint.misbehave('duplicate=2,reorder');
		await Promise.all([buy(), buy(), buy(), kill()]);
		await gate.mint.misbehave('off');
		assert.ok(paid.length > 20, `only ${paid.length} orders were paid`);
		assert.ok(kills.till > 0 && kills.front > 0);
		await gate.stop();
		await gate.start();
		await until('every paid order', () => {
			const states = new Map(gate.orders().map((order) =>
				[order.session, order.state]));

			return paid.every((session) => states.get(session) === 'paid');
		}, 60000);
		for (const session of paid)
			assertOnce(gate.order(session));
	});
});
