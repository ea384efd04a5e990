#!/bin/bash
# `make install` puts everything in its place, and what is installed works without
# the source tree. TAP.
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PENNYPRESS_DATADIR
failed=0
check() { # check NAME COMMAND ...
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		printf '%s\n' "$out" | head -n 20 | sed 's/^/# /'
		failed=1
	fi
}
holds() { # every file named is there and not empty
	local file
	for file; do
		[ -s "$work/root/usr/$file" ] || { echo "no $file"; return 1; }
	done
}
unit_names_the_prefix() {
	grep -q '^ExecStart=/usr/bin/pennygate ' \
		"$work/root/usr/lib/systemd/system/pennygate.service" &&
		! grep -q '@PREFIX@' \
			"$work/root/usr/lib/systemd/system/pennygate.service"
}
builds_alone() { # from another folder, with nothing of the source tree
	cd "$work" && mkdir empty && cd empty &&
		"$work/root/usr/bin/pennypress" init site &&
		"$work/root/usr/bin/pennypress" build site --out out &&
		[ -s out/current/public/index.html ] &&
		[ -s out/current/release.json ]
}
inits_alone() {
	cd "$work" && "$work/root/usr/bin/pennygate" init gate &&
		[ "$(stat -c %a gate/keys)" = 700 ] &&
		[ "$(stat -c %a gate/keys/*.key)" = 600 ] &&
		! "$work/root/usr/bin/pennygate" init gate
}
check "make install with DESTDIR and PREFIX" \
	make install DESTDIR="$work/root" PREFIX=/usr
check "programs, manuals, themes and the unit are there" holds \
	bin/pennypress bin/pennygate bin/pennymint \
	share/man/man1/pennypress.1 share/man/man8/pennygate.8 \
	share/man/man1/pennymint.1 share/man/man5/pennypress-site.5 \
	share/man/man5/pennypress-theme.5 share/man/man5/pennypress-release.5 \
	share/man/man5/pennygate-gate.5 lib/systemd/system/pennygate.service \
	share/pennypress/themes/default/theme.yaml
check "the unit starts the installed program" unit_names_the_prefix
check "an installed pennypress makes a new site and builds it" builds_alone
check "an installed pennygate writes keys nobody else can read, once" inits_alone
exit $failed
