#include "receive.h"
#include "file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ready_name[] = "pennypress-ready";

static bool
is_commit(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!strchr("0123456789abcdef", s.ptr[i]))
			return false;
	}
	return s.len == 40 || s.len == COMMIT_TEXT;
}

/* The all-zero id stands for "none" and becomes "". */
static bool
copy_commit(char out[COMMIT_TEXT + 1], struct str s)
{
	size_t zeros = 0;

	out[0] = '\0';
	if (!is_commit(s))
		return false;
	while (zeros < s.len && s.ptr[zeros] == '0')
		zeros++;
	if (zeros < s.len) {
		memcpy(out, s.ptr, s.len);
		out[s.len] = '\0';
	}
	return true;
}

/* "refs/heads/main", of a HEAD that names a branch. */
static struct str
read_branch(struct buf *room)
{
	struct str s;

	buf_init(room, 4096);
	if (!file_read(AT_FDCWD, "HEAD", room))
		return STR_NONE;
	s = str_trim(buf_str(room));
	if (!str_starts(s, STR("ref: ")))
		return STR_NONE;
	return str_trim(str_from_at(s, 5));
}

static void
read_options(struct push *p)
{
	const char *text = getenv("GIT_PUSH_OPTION_COUNT");
	int64_t count = 0;

	if (!text || !str_to_i64(str_from(text), &count))
		return;
	for (int64_t i = 0; i < count && i < 100; i++) {
		char name[40];
		const char *option;

		snprintf(name, sizeof name, "GIT_PUSH_OPTION_%d", (int)i);
		option = getenv(name);
		if (option && !strcmp(option, "check"))
			p->flags |= PUSH_CHECKS;
		else if (option && !strcmp(option, "rollback"))
			p->flags |= PUSH_ROLLS_BACK;
		else if (option)
			fprintf(stderr,
			    "warning: push option '%.40s' is not known "
			    "(check, rollback)\n",
			    option);
	}
}

void
push_read(struct push *p)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	struct buf head;
	struct str branch = read_branch(&head);

	*p = (struct push){ 0 };
	if (branch.len < sizeof p->branch)
		snprintf(p->branch, sizeof p->branch, "%.*s", STR_ARG(branch));
	while ((len = getline(&line, &room, stdin)) > 0) {
		struct str rest = str_trim(str_of(line, (size_t)len));
		struct str before, after;

		if (!str_split(&rest, ' ', &before) ||
		    !str_split(&rest, ' ', &after) || !branch.len ||
		    !str_eq(rest, branch))
			continue;
		if (!copy_commit(p->before, before) ||
		    !copy_commit(p->after, after))
			continue;
		p->flags |= p->after[0] ? PUSH_PUBLISHES : PUSH_DELETES;
	}
	free(line);
	buf_clear(&head);
	read_options(p);
}

/* From packed-refs, for a branch without a file of its own. */
static void
read_packed(struct str branch, char commit[COMMIT_TEXT + 1])
{
	struct buf all;
	struct str rest, line;

	buf_init(&all, 64 << 20);
	if (file_read(AT_FDCWD, "packed-refs", &all)) {
		rest = buf_str(&all);
		while (str_split(&rest, '\n', &line)) {
			struct str id;

			if (str_split(&line, ' ', &id) &&
			    str_eq(str_trim(line), branch) &&
			    copy_commit(commit, id))
				break;
		}
	}
	buf_clear(&all);
}

void
push_read_head(char commit[COMMIT_TEXT + 1])
{
	struct buf head, ref, path;
	struct str branch = read_branch(&head);

	commit[0] = '\0';
	buf_init(&ref, 4096);
	buf_init(&path, 4096);
	buf_add(&path, branch);
	if (branch.len && !path_refusal(branch)) {
		if (file_read(AT_FDCWD, path.ptr, &ref))
			copy_commit(commit, str_trim(buf_str(&ref)));
		else
			read_packed(branch, commit);
	}
	buf_clear(&path);
	buf_clear(&ref);
	buf_clear(&head);
}

bool
ready_write(const struct ready *r)
{
	struct buf b;
	bool ok;

	buf_init(&b, 4096);
	buf_printf(
	    &b, "%s\n%s\n%.6f\n%s\n", r->commit, r->id, r->seconds, r->url);
	ok =
	    buf_ok(&b) && file_replace(AT_FDCWD, ready_name, buf_str(&b), 0644);
	buf_clear(&b);
	return ok;
}

static bool
take_line(struct str *rest, char *out, size_t room)
{
	struct str line;

	if (!str_split(rest, '\n', &line) || line.len >= room)
		return false;
	memcpy(out, line.ptr, line.len);
	out[line.len] = '\0';
	return true;
}

bool
ready_read(const char *commit, struct ready *r)
{
	char seconds[32];
	struct str rest;
	struct buf b;
	bool ok;

	*r = (struct ready){ 0 };
	buf_init(&b, 4096);
	ok = file_read(AT_FDCWD, ready_name, &b);
	rest = buf_str(&b);
	ok = ok && take_line(&rest, r->commit, sizeof r->commit) &&
	    take_line(&rest, r->id, sizeof r->id) &&
	    take_line(&rest, seconds, sizeof seconds) &&
	    take_line(&rest, r->url, sizeof r->url) &&
	    !strcmp(r->commit, commit);
	if (ok)
		r->seconds = strtod(seconds, NULL);
	buf_clear(&b);
	return ok;
}

void
ready_remove(void)
{
	unlink(ready_name);
}
