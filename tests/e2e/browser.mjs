// Debian's Chromium, driven by playwright-core.
import { chromium } from 'playwright-core';

export function openBrowser() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
			'--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--disable-sync'],
	});
}

// Seconds pass on a clock that page.clock.install() has stopped, with real time
// between them for what is in view to be noticed.
export async function elapse(page, seconds) {
	for (let i = 0; i < seconds; i++) {
		await page.evaluate(() => new Promise((done) => {
			new IntersectionObserver((_, observer) => {
				observer.disconnect();
				done();
			}).observe(document.body);
		}));
		await page.clock.runFor(1000);
	}
}
