// What schema.org, Atom and sitemaps ask of the pages and files of a site.
import assert from 'node:assert/strict';

export const absolute = (url) => assert.match(url, /^https?:\/\/[^ ]+$/);

// What search engines need of each type; `page` has kind, lang and html.
export const schemas = {
	WebSite: (n) => absolute(n.url),
	Person: (n) => assert.ok(n.name),
	Course: (n) => {
		absolute(n.url);
		assert.ok(n.name && n.description && n.provider.name);
	},
	ItemList: (n) => n.itemListElement.forEach((e, i) => {
		assert.equal(e.position, i + 1);
		schemas.Course(e.item);
	}),
	BreadcrumbList: (n) => n.itemListElement.forEach((e, i) => {
		assert.equal(e.position, i + 1);
		assert.ok(e.name);
		absolute(e.item);
	}),
	Product: (n) => {
		assert.ok(n.name && n.offers.length);
		for (const offer of n.offers) {
			assert.match(offer.price, /^\d+(\.\d+)?$/);
			assert.match(offer.priceCurrency, /^[A-Z]{3}$/);
			assert.equal(offer.availability, 'https://schema.org/InStock');
		}
	},
	Article: (n, page) => {
		assert.ok(n.headline && n.publisher.name && n.inLanguage === page.lang);
		for (const date of [n.datePublished, n.dateModified].filter(Boolean))
			assert.match(date, /^\d{4}-\d\d-\d\d$/);
		if (page.kind === 'teaser') {
			assert.equal(n.isAccessibleForFree, false);
			assert.equal(n.hasPart.isAccessibleForFree, false);
			assert.match(page.html, new RegExp(`class="[^"]*\\b${n.hasPart.cssSelector.slice(1)}\\b`));
		} else if (page.kind === 'lesson') {
			assert.equal(n.isAccessibleForFree, true);
		}
	},
};
// The type each kind of page must have.
export const schemaOf = { home: 'WebSite', course: 'Course', lesson: 'Article', teaser: 'Article',
	article: 'Article', author: 'Person' };

// A feed or a sitemap, parsed by the browser: its root, head and entries, each
// with lists of texts.
export const readXml = (page, text) => page.evaluate((xml) => {
	const whole = new DOMParser().parseFromString(xml, 'application/xml');
	const texts = (parent, name) => [...parent.children].filter((e) => e.localName === name)
		.map((e) => e.getAttribute('href') ?? e.textContent.trim());
	const some = (parent, names) => Object.fromEntries(names.map((n) => [n, texts(parent, n)]));
	const root = whole.documentElement;
	return { root: `${root.namespaceURI} ${root.localName}`,
		head: some(root, ['id', 'title', 'updated', 'author']),
		entries: [...whole.querySelectorAll('feed > entry, url')]
			.map((e) => some(e, ['id', 'title', 'updated', 'link', 'loc'])) };
}, text);
