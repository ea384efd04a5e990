/*
 * source_private.h - what the kinds of source share; for source*.c only.
 */
#ifndef SOURCE_PRIVATE_H
#define SOURCE_PRIVATE_H

#include "limits.h"
#include "source.h"

/* A file as a backend knows it; `id` is the backend's (a git object id). */
struct source_entry {
	struct source_file file; /* first: a source_file is its entry */
	unsigned char id[20];
};

struct source_backend {
	bool (*read)(struct source *s, const struct source_entry *e,
	    struct diag *d, struct buf *out);
	/* NULL when there is no history. `out` has one record for each file. */
	bool (*history)(struct source *s, struct source_history *out);
	void (*close)(struct source *s);
};

struct source {
	const struct source_backend *backend;
	struct source_git *git; /* of the backend, or NULL */
	int folder; /* descriptor of a plain folder, or -1 */
	/* How what is refused is reported: an error where there is a site.yaml,
	 * a warning in a repository that was not made for us. Set by a backend
	 * before it lists. */
	enum severity refusing;
	struct arena arena;
	struct {
		struct source_entry **at;
		size_t count, room;
	} entries;
	struct str commit, time, name;
	struct memo *memo;
	struct source_history *histories;
	bool histories_tried;
};

enum source_opened {
	SOURCE_OPENED,
	SOURCE_NOT_GIT, /* nothing reported: try it as a folder */
	SOURCE_FAILED, /* reported */
};

enum source_opened source_git_open(struct source *s, const char *location,
    const char *revision, struct diag *d);
bool source_folder_open(struct source *s, const char *location, struct diag *d);

/*
 * Lists a regular file under an untrusted path, which is copied. Refuses with a
 * diagnostic what path_refusal or a size limit forbids; returns the entry or
 * NULL.
 */
struct source_entry *source_list(
    struct source *s, struct diag *d, struct str path, uint64_t size);
/* Where the whole of `path` is at fault. */
struct where source_where(struct str path);
/* Has the root of a tree this, it is a site of ours. */
#define SOURCE_SITE_FILE "site.yaml"
/* Is this the name of a Markdown or YAML file, which has the lower limit? */
bool source_is_text(struct str path);

/* Is there a file below this folder? */
bool source_has_folder(const struct source *s, struct str folder);
/* A commit of this time and author changed the file that `h` is about. */
void source_note_change(struct source *s, struct source_history *h,
    int64_t when, const char *author);

/* Ids to visit, each once, in the order they were first pushed. */
struct id_queue {
	struct arena arena;
	unsigned char (*at)[20];
	size_t head, count, room;
	size_t *slots; /* open addressing: index + 1, or 0; at most half full */
	size_t slot_count;
};

void id_queue_init(struct id_queue *q);
void id_queue_clear(struct id_queue *q);
void id_queue_push(struct id_queue *q, const unsigned char id[20]);
bool id_queue_pop(struct id_queue *q, unsigned char id[20]);

/* Calls `add` for each object folder that git's environment names and that is
 * there: of the quarantine of a push, see git-receive-pack(1). */
void source_quarantine(
    void (*add)(void *context, const char *folder), void *context);

#endif
