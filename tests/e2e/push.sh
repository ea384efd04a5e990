#!/bin/bash
# A real bare repository with our hooks: what a push publishes, refuses and
# leaves alone. TAP; PENNYPRESS names the program.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
press=$(realpath "${PENNYPRESS:-build/bin/pennypress}")
export PENNYPRESS_DATADIR=${PENNYPRESS_DATADIR:-$root}
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C.UTF-8
export GIT_AUTHOR_NAME=Writer GIT_AUTHOR_EMAIL=writer@example.org
export GIT_COMMITTER_NAME=Writer GIT_COMMITTER_EMAIL=writer@example.org
work=$(mktemp -d "${TMPDIR:-/tmp}/pennypress-push.XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 tests=0

ok() { # ok NAME COMMAND ...
	local name=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok $tests - $name"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $name"
		sed 's/^/# /' "$work/out" "$work/log" 2>/dev/null | tail -n 40
	fi
}
not() { ! "$@"; }
# What a reader can get: every file's hash, and where current leads.
live() { (cd "$work/site" && readlink current &&
	find -L current -type f -exec sha256sum {} + | sort); }
push() { git -C "$work/src" push "$@" >"$work/log" 2>&1; }
said() { grep -qF -- "$1" "$work/log"; }
commit() { git -C "$work/src" add -A && git -C "$work/src" commit -qm "$1"; }
edit() { sed -i "$1" "$work/src/$2"; }

git init -q --bare -b main "$work/site.git"
ok "init writes a site" "$press" init "$work/src"
ok "init refuses a folder with files" not "$press" init "$work/src"
ok "what init writes has no fault" "$press" check "$work/src"
ok "check leaves nothing behind" test ! -e "$work/src/site"
ok "hook install refuses a folder that is no repository" \
	not "$press" hook install "$work/src" --out "$work/site"
ok "hook install" "$press" hook install "$work/site.git" --out "$work/site"
ok "hook install again" \
	"$press" hook install "$work/site.git" --out "$work/site"
git init -q --bare -b main "$work/other.git"
echo 'exit 0' >"$work/other.git/hooks/pre-receive"
ok "a hook of somebody else is left alone" \
	not "$press" hook install "$work/other.git" --out "$work/other"
ok "all of it: no hook of ours either" \
	test ! -e "$work/other.git/hooks/post-receive"

git -C "$work/src" init -q -b main
git -C "$work/src" remote add origin "$work/site.git"
commit "The first lessons"
ok "a push publishes" push origin main
ok "it says so" said "success: published in"
ok "the page is there" test -s "$work/site/current/public/index.html"
ok "the paid page is for members" \
	test -s "$work/site/current/members/courses/first-course/the-price/index.html"
ok "and has the paid text" grep -rq 'An hour saved each week' \
	"$work/site/current/members"
ok "no paid text is public" \
	not grep -rq 'An hour saved each week' "$work/site/current/public"
live >"$work/before"

# Three faults of three kinds, in one run.
edit 's/02-the-example.md/02-the-exampel.md/' courses/explain/01-the-reader.md
edit 's/^price:.*/price: 19,00 EUR/' courses/first-course/index.md
edit 's/^access:/acess:/' courses/first-course/01-the-question.md
commit "Three faults"
ok "a faulty push is refused" not push origin main
ok "the broken link, with its place" \
	said "error: courses/explain/01-the-reader.md:23:50:"
ok "and a hint" said "hint: did you mean"
ok "the bad price, with its place" \
	said "error: courses/first-course/index.md:4:"
ok "the unknown key, with its place" \
	said "error: courses/first-course/01-the-question.md:4:"
ok "three errors and no more" test "$(grep -c 'error: courses' "$work/log")" = 3
ok "it says that nothing changed" \
	said "Nothing was published. The live site is unchanged."
live >"$work/after"
ok "the live site is byte for byte as before" cmp "$work/before" "$work/after"
ok "the branch is as before" test \
	"$(git -C "$work/site.git" rev-parse main)" = \
	"$(git -C "$work/src" rev-parse HEAD~)"
ok "no half release is left" test \
	"$(find "$work/site/releases" -name '.*' | wc -l)" = 0
git -C "$work/src" reset -q --hard HEAD~

# A dry run, then the same in earnest, with what changed.
edit 's/^price:.*/price: 29.00 EUR/' courses/first-course/index.md
echo 'One more line.' >>"$work/src/courses/explain/02-the-example.md"
git -C "$work/src" mv courses/first-course/03-the-price.md \
	courses/first-course/03-what-it-costs.md
edit 's|^title: The price|&\naliases: [/courses/first-course/the-price/]|' \
	courses/first-course/03-what-it-costs.md
commit "Another price"
ok "a dry run is refused by design" not push -o check origin main
ok "it says that there are no errors" said "No errors. Nothing was published"
live >"$work/after"
ok "a dry run changes nothing" cmp "$work/before" "$work/after"
ok "then a push publishes" push origin main
ok "it counts lessons" said "2 of 5 lessons changed"
ok "it warns of the price" \
	said "price of 'first-course' was 19.00 EUR, is now 29.00 EUR"
ok "it lists a changed lesson" said "changed   2 One example"
ok "it lists a moved one" said \
	"/courses/first-course/the-price/ -> /courses/first-course/what-it-costs/  redirect added"
ok "the old address is an alias" \
	grep -q '"/courses/first-course/the-price/"' "$work/site/current/release.json"
ok "the page that left the repository left the site" test ! -e \
	"$work/site/current/members/courses/first-course/the-price"
ok "no carriage return in what git shows" \
	not grep -q "$(printf '\r')[^ ]" <(grep -a '^remote:' "$work/log" | tr -d '\033' | sed 's/\r$//')
live >"$work/second"

# Back, and forth again.
ok "a rollback is refused by git on purpose" \
	not push -o rollback origin HEAD:rollback
ok "it says where the site is" said "The site is back at release"
live >"$work/after"
ok "the first release is live again" cmp "$work/before" "$work/after"
ok "the rollback made no branch" \
	not git -C "$work/site.git" rev-parse -q --verify refs/heads/rollback
ok "a second rollback finds nothing earlier" \
	not push -o rollback origin HEAD:rollback
ok "and says so" said "no earlier release"
echo 'And another.' >>"$work/src/courses/explain/02-the-example.md"
commit "Another line"
ok "the next push publishes" push origin main

# Branches.
live >"$work/before"
git -C "$work/src" checkout -q -b draft
echo '[broken](nowhere.md)' >>"$work/src/courses/explain/02-the-example.md"
commit "A draft"
ok "another branch may hold anything" push origin draft
live >"$work/after"
ok "and is not published" cmp "$work/before" "$work/after"
git -C "$work/src" checkout -q main
ok "the site's branch cannot be deleted" not push origin :main
ok "another one can" push origin :draft
git -C "$work/src" tag v1
ok "a tag passes" push origin v1

# A repository whose HEAD is another branch would never publish.
git init -q --bare -b trunk "$work/trunk.git"
"$press" hook install "$work/trunk.git" --out "$work/trunk" >/dev/null
ok "a push to a branch that is not HEAD's passes" push "$work/trunk.git" main
ok "and is told why nothing appears" said "the site is the branch 'refs/heads/trunk'"

# Two at once: one or both get in, and what is live is the branch's commit.
git clone -q "$work/site.git" "$work/two"
echo 'From one.' >>"$work/src/courses/explain/02-the-example.md"
commit "From one"
echo 'From two.' >>"$work/two/courses/explain/01-the-reader.md"
git -C "$work/two" commit -qam "From two"
(git -C "$work/two" push origin main >"$work/log.two" 2>&1; echo $? >"$work/rc.two") &
push origin main
one=$?
wait
ok "of two pushes at once one is refused" test $((one + $(cat "$work/rc.two"))) = 1
ok "the branch's commit is live" grep -q \
	"\"commit\":\"$(git -C "$work/site.git" rev-parse main)\"" \
	"$work/site/current/release.json"

# The same commit is the same release, anywhere, whatever the umask.
id=$(readlink "$work/site/current")
(umask 077 && "$press" build "$work/site.git" --out "$work/a/deep/site" \
	>/dev/null 2>&1)
(cd / && "$press" build "$work/site.git" --ref main --out "$work/b" \
	>/dev/null 2>&1)
ok "built elsewhere it has the same id" \
	test "$(readlink "$work/a/deep/site/current")" = "$id"
ok "and the same bytes" diff -r "$work/a/deep/site/releases" "$work/b/releases"
ok "and those of the push" diff -r "$work/b/$id" "$work/site/$id"
ok "all may read it" test -z "$(find "$work/a/deep/site/releases"/* \
	\( -type f ! -perm 644 \) -o \( -type d ! -perm 755 \))"

# Killed anywhere, it leaves the old or the new release, whole.
whole() {
	local at
	at=$(readlink "$work/b/current") || return 1
	[ "$at" = "$id" ] || [ "$at" = "$next" ] || return 1
	(cd "$work/b/current" && jq -r '.files[] | "\(.path) \(.bytes)"' \
		release.json) | while read -r path bytes; do
		[ "$(stat -Lc %s "$work/b/current/$path")" = "$bytes" ] || exit 1
	done
}
killed() {
	local i
	for i in $(seq 1 25); do
		"$press" build "$work/two" --worktree --out "$work/b" \
			>/dev/null 2>&1 &
		sleep "0.00$((i % 9 + 1))"
		kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
		whole || return 1
	done
}
echo 'Killed.' >>"$work/two/courses/explain/01-the-reader.md"
"$press" build "$work/two" --worktree --out "$work/c" >/dev/null 2>&1
next=$(readlink "$work/c/current")
ok "killed at any time, the site is whole" killed
ok "the next one cleans up" \
	"$press" build "$work/two" --worktree --out "$work/b"
ok "nothing half is left" test \
	"$(find "$work/b" -name '.new-*' -o -name '.current-*' | wc -l)" = 0

# The same on what was built before: commits, one after the other.
git clone -q "$work/site.git" "$work/three" 2>/dev/null
killed_again() {
	local i
	for i in $(seq 1 25); do
		echo "Word $i." >>"$work/three/courses/explain/01-the-reader.md"
		git -C "$work/three" commit -qam "$i"
		"$press" build "$work/three" --out "$work/d" >/dev/null 2>&1 &
		sleep "0.00$((i % 9 + 1))"
		kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
	done
	"$press" build "$work/three" --out "$work/d" &&
		"$press" build "$work/three" --out "$work/e" &&
		diff -r "$work/d/current/" "$work/e/current/"
}
ok "killed again and again, the next is as one from nothing" killed_again

# What readers did: the newest file of the release root's events/.
mkdir -p "$work/site/events"
hash_in_release() {
	grep -o '"events":"[0-9a-f]*"' "$work/site/current/release.json"
}
event() { printf '%d\treader%d\t%s\tvisit\t1\n' "$@"; }
event 1760000000 1 /courses/explain/ >"$work/site/events/20260101T000000Z.tsv"
event 1760000001 2 /courses/explain/ >"$work/site/events/20260102T000000Z.tsv"
cp "$work/site/events/20260102T000000Z.tsv" "$work/newest"
git -C "$work/src" stash -q -u 2>/dev/null
git -C "$work/src" pull -q --rebase origin main
echo 'Read more.' >>"$work/src/courses/explain/01-the-reader.md"
commit "With events"
ok "a push with events" push origin main
ok "the newest file is what counts" test "$(hash_in_release)" = \
	"\"events\":\"$(b2sum -l 160 "$work/newest" | cut -d ' ' -f 1)\""
ok "a build that is given it is the same" eval '
	"$press" build "$work/src" --out "$work/f" --events "$work/newest" &&
	cmp "$work/f/current/release.json" "$work/site/current/release.json"'
echo 'no event' >"$work/site/events/20260103T000000Z.tsv"
echo 'And more.' >>"$work/src/courses/explain/01-the-reader.md"
commit "With a bad file of events"
ok "a bad file of events does not refuse a push" push origin main
ok "it is told" said "this file of events has a fault and is not used"
ok "and not used" test "$(hash_in_release)" = '"events":""'
ok "a build that is given it is refused" eval '
	! "$press" build "$work/src" --out "$work/f" \
		--events "$work/site/events/20260103T000000Z.tsv" 2>"$work/log"'
ok "with its line" said "20260103T000000Z.tsv:1"

# No room for the new release.
if [ "$(id -u)" = 0 ] && mkdir "$work/small" &&
	mount -t tmpfs -o size=800k tmpfs "$work/small" 2>/dev/null; then
	trap 'umount "$work/small"; rm -rf "$work"' EXIT
	"$press" build "$work/src" --out "$work/small/site" >/dev/null 2>&1
	before=$(readlink "$work/small/site/current")
	head -c 600k /dev/urandom >"$work/src/courses/explain/big.png"
	echo '![noise](big.png)' >>"$work/src/courses/explain/02-the-example.md"
	ok "a full disk is an error" not "$press" build "$work/src" --worktree \
		--out "$work/small/site"
	ok "the old release stays" test -n "$before" -a \
		"$(readlink "$work/small/site/current")" = "$before"
	ok "the half one is gone" test \
		"$(find "$work/small" -name '.new-*' | wc -l)" = 0
fi

echo "1..$tests"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
