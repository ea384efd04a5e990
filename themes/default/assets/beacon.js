// Tells the gateway what is read: no cookie, no storage, not when asked not to.
'use strict';
(() => {
	const { to, base = '', members, minutes } = document.currentScript.dataset;
	if (navigator.doNotTrack === '1' || navigator.globalPrivacyControl)
		return;
	const here = location.pathname;
	const noted = new Set();
	const inView = new Map(); // seconds
	let body = '', seconds = 0;
	const send = () => {
		if (body)
			fetch(to, { method: 'POST', mode: 'no-cors', keepalive: true, body,
				credentials: members === undefined ? 'omit' : 'same-origin' }).catch(() => {});
		body = '';
	};
	const note = (kind, path) => {
		const line = `${kind}\t${path.startsWith(`${base}/`) ? path.slice(base.length) : path}\n`;
		if (noted.has(line))
			return;
		noted.add(line);
		if (body.length + line.length > 4000)
			send();
		body += line;
	};

	const watch = new IntersectionObserver((changes) => {
		for (const { target, intersectionRatio } of changes)
			intersectionRatio < .5 ? inView.delete(target) : inView.set(target, 0);
	}, { threshold: .5 });
	for (const block of document.querySelectorAll('.block')) {
		watch.observe(block);
		for (const link of block.querySelectorAll('a'))
			for (const press of ['click', 'auxclick'])
				link.addEventListener(press, () => note(`click:${block.dataset.block}`, link.pathname));
	}
	const end = document.createElement('i');
	if (minutes) {
		document.querySelector('.prose').append(end);
		watch.observe(end);
	}

	if (members === undefined)
		note('visit', here);
	setInterval(() => {
		if (document.hidden)
			return;
		seconds++;
		for (const [what, before] of inView) {
			inView.set(what, before + 1);
			if (what !== end && before)
				note(`shown:${what.dataset.block}`, here);
			else if (what === end && before > 2 && seconds >= minutes * 20)
				note('complete', here);
		}
		if (seconds % 4 === 0)
			send();
	}, 1000);
	addEventListener('visibilitychange', () => document.hidden && send());
})();
