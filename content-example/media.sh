#!/bin/sh
# media.sh - make the sound that a lesson of the example plays.
#
#	sh media.sh FOLDER
#
# FOLDER is a copy of content-example/. Writes courses/pointers/media/stride.wav
# below it (8 kHz, 16 bit, mono, 12.5 s, 200,044 bytes; the same bytes on every
# machine) and nothing else. The repository holds no binaries, so whoever
# publishes the example runs this first: before `git add`, or before
# `pennypress check` of the copy.
#
# The sound: a table of 32 rows of 32 ints is walked along its rows, then down
# its columns, through a cache of 16 lines of 64 bytes that forgets the line it
# has not used for longest. Each access is a note, its pitch the row; a hit lasts
# 20 ms, a miss 120 ms. Needs awk and printf, nothing more.
set -eu
LC_ALL=C
export LC_ALL

folder=${1:?usage: sh media.sh FOLDER}
test -d "$folder/courses/pointers" || {
	echo "media.sh: $folder has no courses/pointers/" >&2
	exit 1
}
mkdir -p "$folder/courses/pointers/media"
out=$folder/courses/pointers/media/stride.wav

# awk prints the bytes as octal escapes, printf makes bytes of them: that works
# with every awk, whatever it thinks of NUL and of bytes over 127.
awk '
function byte(n) {
	line = line sprintf("\\%03o", n)
	if (length(line) >= 1024) {
		print line
		line = ""
	}
}
function word(n, bytes) {
	for (; bytes > 0; bytes--) {
		byte(n % 256)
		n = int(n / 256)
	}
}
# Is it in the cache? Brings it in when not, for the one not used for longest.
function hit(row, col, want, i, oldest) {
	want = row * 2 + int(col / 16)
	now++
	oldest = 0
	for (i = 0; i < 16; i++) {
		if (held[i] == want) {
			used[i] = now
			return 1
		}
		if (used[i] < used[oldest])
			oldest = i
	}
	held[oldest] = want
	used[oldest] = now
	return 0
}
# A triangle wave that fades out; whole numbers only, so that no two machines
# differ in a bit.
function note(pitch, samples, loud, i, phase, wave) {
	phase = 2000
	for (i = 0; i < samples && left > 0; i++) {
		wave = phase < 4000 ? phase - 2000 : 6000 - phase
		wave = int(wave * loud * (samples - i) / samples)
		word(wave < 0 ? wave + 65536 : wave, 2)
		phase = (phase + pitch) % 8000
		left--
	}
}
function walk(by_rows, i, row, col) {
	for (i = 0; i < 16; i++) {
		held[i] = -1
		used[i] = 0
	}
	left = 48000
	for (i = 0; left > 0; i++) {
		row = by_rows ? int(i / 32) : i % 32
		col = by_rows ? i % 32 : int(i / 32)
		if (hit(row, col))
			note(220 + 20 * row, 160, 4)
		else
			note(220 + 20 * row, 960, 8)
	}
}
BEGIN {
	print "RIFF"
	word(200036, 4)
	line = line "WAVEfmt "
	word(16, 4)
	word(1, 2)
	word(1, 2)
	word(8000, 4)
	word(16000, 4)
	word(2, 2)
	word(16, 2)
	line = line "data"
	word(200000, 4)
	walk(1)
	for (i = 0; i < 4000; i++)
		word(0, 2)
	walk(0)
	print line
}' | while IFS= read -r escapes; do
	# shellcheck disable=SC2059
	printf "$escapes"
done >"$out.new"
mv -f "$out.new" "$out"
