// Comfort only: everything works without it. Theme switch, copy buttons, keys.
'use strict';
(() => {
	const root = document.documentElement;
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const recall = () => {
		try {
			return localStorage.getItem('theme');
		} catch {
			return null;
		}
	};
	const remember = (theme) => {
		try {
			localStorage.setItem('theme', theme);
		} catch {
			// Storage is off: the choice lasts for this page.
		}
	};
	const chosen = recall();
	if (chosen === 'dark' || chosen === 'light')
		root.dataset.theme = chosen;

	const button = document.querySelector('.switch');
	const isDark = () => root.dataset.theme
		? root.dataset.theme === 'dark' : dark.matches;
	const show = () => button.setAttribute('aria-pressed', String(isDark()));
	if (button) {
		button.hidden = false;
		show();
		dark.addEventListener('change', show);
		button.addEventListener('click', () => {
			root.dataset.theme = isDark() ? 'light' : 'dark';
			remember(root.dataset.theme);
			show();
		});
	}

	// Browsers that cannot show the content of a closed <details> by style.
	const wide = matchMedia('(min-width: 64rem)');
	if (!CSS.supports('selector(::details-content)')) {
		const open = () => {
			for (const e of document.querySelectorAll('.menu, .side'))
				e.open = wide.matches;
		};
		open();
		wide.addEventListener('change', open);
	}
	// Keeps the current lesson in sight in a long list, without moving the page.
	const side = document.querySelector('.side');
	const current = side && side.querySelector('[aria-current]');
	if (current && wide.matches)
		side.scrollTop = current.offsetTop - side.clientHeight / 3;

	const words = document.body.dataset;
	for (const pre of navigator.clipboard ? document.querySelectorAll('.prose pre') : []) {
		const copy = document.createElement('button');
		copy.type = 'button';
		copy.className = 'copy';
		copy.textContent = words.copy;
		copy.addEventListener('click', async () => {
			try {
				await navigator.clipboard.writeText(pre.textContent.replace(/\n$/, ''));
			} catch {
				return;
			}
			copy.textContent = words.copied;
			setTimeout(() => {
				copy.textContent = words.copy;
			}, 2000);
		});
		const box = document.createElement('div');
		box.className = 'code';
		pre.replaceWith(box);
		box.append(pre, copy);
	}

	addEventListener('keydown', (e) => {
		if (e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey)
			return;
		if (e.target.closest('input, textarea, select, video, audio, pre, [tabindex], [contenteditable]'))
			return;
		const rtl = root.dir === 'rtl';
		const rel = { ArrowLeft: rtl ? 'next' : 'prev', ArrowRight: rtl ? 'prev' : 'next' }[e.key];
		const link = rel && document.querySelector(`.turn a[rel=${rel}]`);
		if (link)
			link.click();
	});
})();
