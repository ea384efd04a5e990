// A build that remembers the one before is the build that does not, to the byte:
// the same release, the same files, the same faults in the same words, after
// whatever a writer, an owner or a broken disk may have changed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	appendFileSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync,
	readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync,
	utimesSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, top } from './stack.mjs';

const program = join(process.env.BIN ?? join(top, 'build', 'bin'),
	'pennypress');
const env = { ...process.env, PENNYPRESS_DATADIR: top,
	GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'Ada',
	GIT_AUTHOR_EMAIL: 'ada@example.org', GIT_COMMITTER_NAME: 'Ada',
	GIT_COMMITTER_EMAIL: 'ada@example.org' };
const folder = mkdtempSync(join(tmpdir(), 'pennypress-incremental-'));
const site = join(folder, 'courses');
const kept = join(folder, 'kept'); // published again and again
const lesson = 'courses/pointers/02-arrays/01-decay.md';
const first = 'courses/pointers/01-seeing/01-boxes.md';
const other = 'courses/knowledge-business/03-sell/02-found.md';
let commits = 0;

function git(...words) {
	const done = spawnSync('git', ['-C', site, ...words], { env });
	assert.equal(done.status, 0, String(done.stderr));
}

const read = (path) => readFileSync(join(site, path), 'utf8');
const write = (path, text) => {
	mkdirSync(dirname(join(site, path)), { recursive: true });
	writeFileSync(join(site, path), text);
};

/** `from`, a text or an expression, must be there. */
function change(path, from, to) {
	const text = read(path), changed = text.replace(from, to);
	assert.notEqual(changed, text, `${from} is not in ${path}`);
	write(path, changed);
}

async function build(out, ...more) {
	const done = await run(program, ['build', site, '--out', out, ...more],
		{ env });
	const id = /releases\/([0-9a-f]{16})/.exec(done.out)?.[1];

	return { ...done, id, said: done.out.replaceAll(out, 'OUT')
		.replace(/, [0-9.]+ s\b/, '') };
}

function* filesOf(path, base = path) {
	for (const entry of readdirSync(path, { withFileTypes: true })
		.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const inner = join(path, entry.name);

		if (entry.isDirectory())
			yield* filesOf(inner, base);
		else
			yield inner.slice(base.length);
	}
}

/** Commits what is there; builds on what was, and from nothing; compares. */
async function agrees(what, ...more) {
	const fresh = join(folder, `fresh-${++commits}`);

	git('add', '-A');
	git('commit', '-q', '--allow-empty', '-m', what);
	const again = await build(kept, ...more);
	const anew = await build(fresh, ...more);
	assert.equal(again.said, anew.said, what);
	assert.equal(again.status, anew.status, what);
	if (anew.id) {
		const [a, b] = [kept, fresh].map((out) =>
			join(out, 'releases', anew.id));
		const names = [...filesOf(b)];

		assert.deepEqual([...filesOf(a)], names, what);
		for (const name of names)
			assert.ok(readFileSync(join(a, name))
				.equals(readFileSync(join(b, name))), `${what}: ${name}`);
	}
	rmSync(fresh, { recursive: true, force: true });
	return anew;
}

/** Files of the current release that are those of an earlier one. */
function shared() {
	let count = 0;

	for (const name of filesOf(join(kept, 'current/')))
		count += lstatSync(join(kept, 'current', name)).nlink > 1;
	return count;
}

before(() => {
	cpSync(join(top, 'content-example'), site, { recursive: true });
	const media = spawnSync('sh', [join(site, 'media.sh'), site]);
	assert.equal(media.status, 0, String(media.stderr));
	spawnSync('git', ['init', '-q', '-b', 'main', site], { env });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const changes = {
	'a word of a lesson': () => change(lesson, /\bthe\b/, 'that'),
	'a word of a paid lesson, at its end': () =>
		appendFileSync(join(site, lesson), '\nOne sentence more, for buyers.\n'),
	'a lesson\'s title': () => change(lesson, /^title: .*/m, 'title: Rows, again'),
	'a lesson\'s heading': () => change(lesson, /^## .*/m, '## Another heading'),
	'a new lesson': () => write('courses/pointers/02-arrays/09-new.md',
		'---\ntitle: A new one\n---\n\nIt is [about rows](01-decay.md).\n'),
	'its draft': () => change('courses/pointers/02-arrays/09-new.md',
		'title:', 'draft: yes\ntitle:'),
	'the draft published': () => change('courses/pointers/02-arrays/09-new.md',
		'draft: yes\n', ''),
	'it has another name': () => renameSync(
		join(site, 'courses/pointers/02-arrays/09-new.md'),
		join(site, 'courses/pointers/02-arrays/00-other.md')),
	'it is gone': () => rmSync(join(site, 'courses/pointers/02-arrays/00-other.md')),
	'a free lesson': () => change(other, 'title:', 'access: free\ntitle:'),
	'it is paid again': () => change(other, 'access: free\n', ''),
	'a shorter teaser': () => change(lesson, 'title:', 'teaser: 5 %\ntitle:'),
	'tags': () => change(lesson, /^tags: .*/m, 'tags: [rows, "memory layout"]'),
	'minutes': () => change(lesson, 'title:', 'minutes: 44\ntitle:'),
	'a lesson in another language': () => change(first, /^title:/m, 'lang: zh\ntitle:'),
	'and back': () => change(first, 'lang: zh\n', ''),
	'a course\'s title': () => change('courses/pointers/index.md', /^title: .*/m,
		'title: Pointers, with some tears'),
	'a price': () => change('courses/pointers/index.md', /^price: .*/m,
		'price: 45.00 EUR'),
	'an author\'s name': () => {
		const name = readdirSync(join(site, 'authors'))[0];

		change(join('authors', name), /^name: .*/m, 'name: A. N. Other');
	},
	'an article more': () => write('articles/newest.md',
		'---\ntitle: The newest\ndate: 2026-11-01\n---\n\n' +
		'On [rows](../courses/pointers/02-arrays/01-decay.md).\n'),
	'its date': () => change('articles/newest.md', '2026-11-01', '2020-01-01'),
	'the site\'s title': () => change('site.yaml', /^title: .*/m, 'title: Another'),
	'the site\'s address': () => change('site.yaml', /^url: .*/m,
		'url: http://127.0.0.1:8080'),
	'raw HTML': () => appendFileSync(join(site, 'site.yaml'), 'raw_html: yes\n'),
	'no raw HTML': () => change('site.yaml', 'raw_html: yes\n', ''),
	'a beacon': () => appendFileSync(join(site, 'site.yaml'), 'beacon: yes\n'),
	'other compression': () => write('site.yaml',
		`${read('site.yaml').replace(/^compress:.*\n/m, '')}compress: [gzip, zstd]\n`),
	'a template': () => write('themes/default/templates/parts/turn.html',
		'<nav>{{#next}}<a href="{{url}}">{{title}}</a>{{/next}}</nav>\n'),
	'a style sheet': () => write('themes/default/assets/style.css',
		'body { color: black }\n'),
	'a word of the theme': () => write('themes/default/strings/en.yaml',
		'heading_link: A link\n'),
	'the theme as it was': () => rmSync(join(site, 'themes'),
		{ recursive: true }),
	'a broken link': () => appendFileSync(join(site, first),
		'\n[Nowhere](nowhere.md)\n'),
	'a link to a heading that is not there': () => change(first,
		'[Nowhere](nowhere.md)', '[Rows](../02-arrays/01-decay.md#not-there)'),
	'no fault any more': () => change(first,
		'\n[Rows](../02-arrays/01-decay.md#not-there)\n', ''),
	'a link to a heading': () => {
		appendFileSync(join(site, lesson), '\n## To be linked\n\nText.\n');
		appendFileSync(join(site, first),
			'\n[There](../02-arrays/01-decay.md#to-be-linked)\n');
	},
	'the heading is called otherwise': () => change(lesson, '## To be linked',
		'## To be found'),
	'it is back': () => change(lesson, '## To be found', '## To be linked'),
	'an unknown key': () => change(lesson, 'title:', 'titel: x\ntitle:'),
	'a known one': () => change(lesson, 'titel: x\n', ''),
	'paid text in a free page': () => {
		const line = read(lesson).split('\n').filter((l) =>
			/^[A-Z][a-z ,.']{80,}/.test(l)).at(-1);

		write('pages/leaky.md', `---\ntitle: Leaky\n---\n\n${line}\n`);
	},
	'it is out': () => rmSync(join(site, 'pages/leaky.md')),
};

// Of these both builds say the same faults.
const faulty = new Set(['a broken link',
	'a link to a heading that is not there', 'the heading is called otherwise',
	'an unknown key']);

describe('building on what was built', () => {
	it('from nothing, and with nothing changed', async () => {
		assert.equal((await agrees('first')).status, 0);
		assert.equal((await agrees('the same')).status, 0);
		assert.equal((await agrees('the same once more')).status, 0);
	});
	for (const [what, make] of Object.entries(changes)) {
		it(what, async () => {
			make();
			const { status, said } = await agrees(what);

			assert.equal(status, faulty.has(what) ? 1 : 0, said);
		});
	}
	it('back to an earlier commit', async () => {
		git('revert', '--no-edit', 'HEAD~4..HEAD');
		await agrees('reverted');
	});
	it('an image of another size', async () => {
		const image = [...filesOf(site)].find((f) => f.endsWith('.svg'));

		change(image.slice(1), /width="(\d+)"|viewBox="0 0 (\d+)/,
			(all, n) => all.replace(n ?? /\d+$/, '77'));
		await agrees('image');
	});
	it('with events, with others, and without', async () => {
		const file = join(folder, 'events.tsv');
		const line = (r, item, i) =>
			`${1760000000 + 60 * i}\treader${r}\t${item}\tvisit\t1\n`;
		let text = '';

		for (let r = 0; r < 8; r++)
			for (const [i, item] of ['/courses/pointers/', '/courses/handbook/',
				'/courses/knowledge-business/'].entries())
				text += line(r, item, 10 * r + i);
		writeFileSync(file, text);
		const plain = await agrees('plain');
		const fed = await agrees('events', '--events', file);
		writeFileSync(file, text + line(9, '/courses/pointers/', 999));
		const more = await agrees('more events', '--events', file);
		assert.equal(new Set([plain.id, fed.id, more.id]).size, 3);
		await agrees('no events');
	});
	it('keeps what did not change', async () => {
		change(lesson, /\bthat\b/, 'the');
		assert.equal((await agrees('one word')).status, 0);
		assert.ok(shared() > 40, `${shared()} files are kept`);
	});
	it('not from a file that somebody touched', async () => {
		const page = join(kept, 'current/public/articles/index.html');
		const other = join(kept, 'current/public',
			'courses/handbook/index.html');

		appendFileSync(page, '<!-- mine -->');
		const { size, atime, mtime } = statSync(other);
		writeFileSync(other, Buffer.alloc(size, 'x'));
		utimesSync(other, atime, mtime.getTime() / 1000 + 5);
		change(lesson, /\bthe\b/, 'that');
		assert.equal((await agrees('touched')).status, 0);
	});
	for (const name of ['memo', 'related']) {
		it(`with '${name}' damaged, cut off, or gone`, async () => {
			const file = join(kept, name);
			const { size } = statSync(file);
			const bytes = readFileSync(file);

			bytes[size >> 1] ^= 1;
			writeFileSync(file, bytes);
			change(lesson, /\bthat\b/, 'the');
			assert.equal((await agrees('damaged')).status, 0);
			truncateSync(file, 1000);
			change(lesson, /\bthe\b/, 'that');
			assert.equal((await agrees('cut off')).status, 0);
			rmSync(file);
			change(lesson, /\bthat\b/, 'the');
			assert.equal((await agrees('gone')).status, 0);
			assert.ok(statSync(file).size > 1000);
			change(lesson, /\bthe\b/, 'that');
		});
	}
	it('without the release it was built on', async () => {
		rmSync(join(kept, 'releases'), { recursive: true });
		change(lesson, /\bthe\b/, 'that');
		assert.equal((await agrees('no release')).status, 0);
		assert.ok(existsSync(join(kept, 'current', 'release.json')));
	});
});
