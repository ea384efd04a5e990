#include "db.h"

#include "limits.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 2000, STATEMENTS = 128 };

struct db {
	sqlite3 *handle;
	sqlite3_stmt *statements[STATEMENTS];
	size_t count;
};

static enum db_result
failed(struct db *db, const char *what)
{
	log_error("store: %s: %s (%d)", what, sqlite3_errmsg(db->handle),
	    sqlite3_extended_errcode(db->handle));
	return DB_FAILED;
}

/* Root makes it for whom the folder belongs to: the user it will become. */
static void
file_give(int fd, const char *path)
{
	char folder[LIMIT_PATH];
	struct stat st;
	size_t len = str_rfind(str_from(path), '/');

	if (geteuid() != 0 || len >= sizeof(folder))
		return;
	memcpy(folder, path, len);
	folder[len] = '\0';
	if (stat(len ? folder : "/", &st) < 0 ||
	    fchown(fd, st.st_uid, st.st_gid) < 0)
		log_warning("store: %s stays root's", path);
}

/* Made by us first, so that nobody else ever could read it. */
static bool
file_touch(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		log_error("store: cannot open %s: %s", path, strerror(errno));
		return false;
	}
	file_give(fd, path);
	close(fd);
	return true;
}

struct db *
db_open(const char *path, enum db_mode mode)
{
	static const int flags[] = {
		[DB_READ] = SQLITE_OPEN_READONLY,
		[DB_CHANGE] = SQLITE_OPEN_READWRITE,
		[DB_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	struct db *db = calloc(1, sizeof(*db));

	if (!db || (mode == DB_WRITE && !file_touch(path)))
		goto fail;
	if (sqlite3_open_v2(path, &db->handle,
		flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
		NULL) != SQLITE_OK) {
		failed(db, path);
		goto fail;
	}
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* Confined, there is no place for temporary files. */
	if (!db_exec(db, "PRAGMA foreign_keys = ON") ||
	    !db_exec(db, "PRAGMA temp_store = MEMORY"))
		goto fail;
	if (mode != DB_READ &&
	    (!db_exec(db, "PRAGMA journal_mode = WAL") ||
		!db_exec(db, "PRAGMA secure_delete = ON") ||
		!db_exec(db, "PRAGMA synchronous = FULL")))
		goto fail;
	return db;
fail:
	db_close(db);
	return NULL;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->count; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->handle);
	free(db);
}

bool
db_exec(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	failed(db, "statement");
	return false;
}

bool
db_prepare(struct db *db, const char *const *sql, size_t count)
{
	if (count > STATEMENTS)
		return false;
	for (; db->count < count; db->count++) {
		if (sqlite3_prepare_v3(db->handle, sql[db->count], -1,
			SQLITE_PREPARE_PERSISTENT, &db->statements[db->count],
			NULL) != SQLITE_OK) {
			failed(db, sql[db->count]);
			return false;
		}
	}
	return true;
}

int64_t
db_version(struct db *db)
{
	sqlite3_stmt *s = NULL;
	int64_t version = -1;

	if (sqlite3_prepare_v2(
		db->handle, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return version;
}

static int
bind_text(sqlite3_stmt *s, int at, struct str text, bool blob)
{
	const char *ptr = text.len ? text.ptr : "";

	if (blob)
		return sqlite3_bind_blob64(
		    s, at, ptr, text.len, SQLITE_TRANSIENT);
	return sqlite3_bind_text64(
	    s, at, ptr, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static bool
start(struct db *db, size_t n, const char *types, va_list values)
{
	sqlite3_stmt *s = db->statements[n];

	sqlite3_reset(s);
	for (int at = 1; types[at - 1]; at++) {
		char type = types[at - 1];
		int result;

		if (type == 'i')
			result =
			    sqlite3_bind_int64(s, at, va_arg(values, int64_t));
		else
			result = bind_text(
			    s, at, va_arg(values, struct str), type == 'b');
		if (result != SQLITE_OK) {
			failed(db, "value");
			return false;
		}
	}
	return true;
}

bool
db_start(struct db *db, size_t n, const char *types, ...)
{
	va_list values;
	bool good;

	va_start(values, types);
	good = start(db, n, types, values);
	va_end(values);
	return good;
}

enum db_result
db_next(struct db *db, size_t n)
{
	sqlite3_stmt *s = db->statements[n];
	int result = sqlite3_step(s);

	if (result == SQLITE_ROW)
		return DB_ROW;
	sqlite3_reset(s);
	if (result == SQLITE_DONE)
		return DB_NONE;
	if (result == SQLITE_CONSTRAINT_UNIQUE ||
	    result == SQLITE_CONSTRAINT_PRIMARYKEY)
		return DB_TAKEN;
	return failed(db, "step");
}

enum db_result
db_run(struct db *db, size_t n, const char *types, ...)
{
	enum db_result result;
	va_list values;
	bool good;

	va_start(values, types);
	good = start(db, n, types, values);
	va_end(values);
	if (!good)
		return DB_FAILED;
	result = db_next(db, n);
	db_end(db, n);
	if (result == DB_NONE && sqlite3_changes(db->handle))
		return DB_ROW;
	return result;
}

enum db_result
db_one(struct db *db, size_t n, const char *types, ...)
{
	va_list values;
	bool good;

	va_start(values, types);
	good = start(db, n, types, values);
	va_end(values);
	return good ? db_next(db, n) : DB_FAILED;
}

void
db_end(struct db *db, size_t n)
{
	sqlite3_reset(db->statements[n]);
	sqlite3_clear_bindings(db->statements[n]);
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

void
db_checkpoint(struct db *db)
{
	int result;

	sqlite3_busy_timeout(db->handle, 0);
	result = sqlite3_wal_checkpoint_v2(
	    db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
		failed(db, "checkpoint");
}

int64_t
db_int(struct db *db, size_t n, int column)
{
	return sqlite3_column_int64(db->statements[n], column);
}

struct str
db_text(struct db *db, size_t n, int column, struct arena *a)
{
	const void *ptr = sqlite3_column_blob(db->statements[n], column);
	int len = sqlite3_column_bytes(db->statements[n], column);

	if (!ptr || len <= 0)
		return STR("");
	return arena_str(a, str_of(ptr, (size_t)len));
}
