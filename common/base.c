#include "base.h"

#include "memo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORD = 8, LANES = 4, BUFFER = 1 << 18 };

struct head {
	char mark[24];
	uint64_t bytes, sum;
	struct memo_key program;
};

struct base {
	char *at;
	size_t size, used;
};

/* Every fourth word goes to the same lane, so that four are added at once. */
struct sum {
	uint64_t lanes[LANES];
	size_t next;
};

struct base_writer {
	FILE *file;
	struct sum sum;
	struct head head;
	unsigned char rest[WORD]; /* of a word that is not whole yet */
	size_t in_rest;
	bool failed;
	char path[4096], new_path[4096 + 8];
};

static const char mark[24] = "pennypress base 2";

static uint64_t
load(const unsigned char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* Multiplication spreads each word over the lane. */
static uint64_t
mix(uint64_t lane, uint64_t word)
{
	lane = (lane ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return lane ^ lane >> 32;
}

static void
sum_words(struct sum *s, const void *from, size_t words)
{
	const unsigned char *p = from;
	struct sum to;

	for (; s->next && words; words--, p += WORD) {
		s->lanes[s->next] = mix(s->lanes[s->next], load(p));
		s->next = (s->next + 1) % LANES;
	}
	to = *s;
	for (; words >= LANES; words -= LANES) {
		for (size_t i = 0; i < LANES; i++, p += WORD)
			to.lanes[i] = mix(to.lanes[i], load(p));
	}
	*s = to;
	for (; words; words--, p += WORD, s->next++)
		s->lanes[s->next] = mix(s->lanes[s->next], load(p));
}

static uint64_t
sum_end(const struct sum *s)
{
	uint64_t all = s->next;

	for (size_t i = 0; i < LANES; i++)
		all = mix(all, s->lanes[i]);
	return all;
}

static bool
is_whole(const struct base *b, struct str program)
{
	struct sum sum = { .next = 0 };
	struct memo_key key;
	struct head head;

	if (b->size < sizeof head || b->size % WORD)
		return false;
	memcpy(&head, b->at, sizeof head);
	memo_key_of(&key, program);
	if (memcmp(head.mark, mark, sizeof mark) != 0 ||
	    head.bytes != b->size ||
	    memcmp(&head.program, &key, sizeof key) != 0)
		return false;
	sum_words(&sum, b->at + sizeof head, (b->size - sizeof head) / WORD);
	return head.sum == sum_end(&sum);
}

struct base *
base_open(const char *path, struct str program)
{
	struct base *b = calloc(1, sizeof *b);
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (!b || fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size < (off_t)sizeof(struct head)) {
		if (fd >= 0)
			close(fd);
		free(b);
		return NULL;
	}
	b->size = (size_t)st.st_size;
	b->used = sizeof(struct head);
	b->at = mmap(NULL, b->size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	close(fd);
	if (b->at == MAP_FAILED) {
		free(b);
		return NULL;
	}
	if (!is_whole(b, program)) {
		base_close(b);
		return NULL;
	}
	return b;
}

void
base_close(struct base *b)
{
	if (!b)
		return;
	munmap(b->at, b->size);
	free(b);
}

void *
base_take(struct base *b, size_t count, size_t size)
{
	size_t left = b->size - b->used, bytes;
	void *at = b->at + b->used;

	if (count > left / size)
		return NULL;
	bytes = (count * size + WORD - 1) / WORD * WORD;
	if (bytes > left)
		return NULL;
	b->used += bytes;
	return at;
}

bool
base_at_end(const struct base *b)
{
	return b->used == b->size;
}

struct base_writer *
base_begin(const char *path, struct str program)
{
	struct base_writer *w = calloc(1, sizeof *w);
	int fd = -1;

	if (w && strlen(path) < sizeof w->path) {
		snprintf(w->path, sizeof w->path, "%s", path);
		snprintf(w->new_path, sizeof w->new_path, "%s.XXXXXX", path);
		fd = mkostemp(w->new_path, O_CLOEXEC);
	}
	if (fd >= 0)
		w->file = fdopen(fd, "w");
	if (!w || !w->file) {
		if (fd >= 0)
			close(fd);
		free(w);
		return NULL;
	}
	setvbuf(w->file, NULL, _IOFBF, BUFFER);
	memcpy(w->head.mark, mark, sizeof mark);
	memo_key_of(&w->head.program, program);
	w->failed = fwrite(&w->head, sizeof w->head, 1, w->file) != 1;
	w->head.bytes = sizeof w->head;
	return w;
}

static void
put_words(struct base_writer *w, const void *from, size_t words)
{
	if (!words)
		return;
	sum_words(&w->sum, from, words);
	w->head.bytes += words * WORD;
	w->failed = w->failed || fwrite(from, WORD, words, w->file) != words;
}

void
base_add(struct base_writer *w, const void *from, size_t bytes)
{
	const unsigned char *p = from;

	while (w->in_rest && bytes) {
		w->rest[w->in_rest++] = *p++;
		bytes--;
		if (w->in_rest == WORD) {
			put_words(w, w->rest, 1);
			w->in_rest = 0;
		}
	}
	put_words(w, p, bytes / WORD);
	p += bytes / WORD * WORD;
	for (bytes %= WORD; bytes; bytes--)
		w->rest[w->in_rest++] = *p++;
}

void
base_pad(struct base_writer *w)
{
	static const unsigned char zeros[WORD];

	if (w->in_rest)
		base_add(w, zeros, WORD - w->in_rest);
}

bool
base_end(struct base_writer *w)
{
	bool good;
	int why;

	base_pad(w);
	w->head.sum = sum_end(&w->sum);
	good = !w->failed && !fseek(w->file, 0, SEEK_SET) &&
	    fwrite(&w->head, sizeof w->head, 1, w->file) == 1 &&
	    !fflush(w->file) && !fdatasync(fileno(w->file));
	good = !fclose(w->file) && good;
	good = good && !rename(w->new_path, w->path);
	why = errno;
	if (!good)
		unlink(w->new_path);
	free(w);
	errno = why;
	return good;
}
