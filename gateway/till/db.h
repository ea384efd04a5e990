/*
 * db.h - the one door to SQLite: statements by number, values bound, results
 * copied out. Knows no table; books*.c write the SQL as literal text.
 *
 * A failure is logged once, here, without the values. Write-ahead log,
 * synchronous=FULL, a bounded wait for foreign locks. One thread.
 */
#ifndef DB_H
#define DB_H

#include "arena.h"

struct db;

enum db_result {
	DB_ROW, /* or: done as meant */
	DB_NONE, /* no (more) rows */
	DB_TAKEN, /* a unique value is there already */
	DB_FAILED, /* storage: roll back, answer 'unavailable' */
};

enum db_mode {
	DB_READ,
	DB_CHANGE, /* a file that is there */
	DB_WRITE, /* made when it is not */
};

/* NULL after a log line. A file is made with mode 0600. */
struct db *db_open(const char *path, enum db_mode mode);
void db_close(struct db *db);
/* Any SQL without values: pragmas, migrations. */
bool db_exec(struct db *db, const char *sql)
    __attribute__((warn_unused_result));
/* Prepares all statements; they are numbered from 0. */
bool db_prepare(struct db *db, const char *const *sql, size_t count)
    __attribute__((warn_unused_result));
int64_t db_version(struct db *db); /* user_version, or -1 */

/*
 * Starts statement `n` with values: 's' struct str, 'i' int64_t, 'b' struct str
 * as a blob. Then db_next until it is not DB_ROW; it resets itself at the end.
 * db_run is for statements without rows: DB_ROW when rows were changed, DB_NONE
 * when none was. db_one leaves the statement on its first row: db_end it.
 */
bool db_start(struct db *db, size_t n, const char *types, ...)
    __attribute__((warn_unused_result));
enum db_result db_next(struct db *db, size_t n)
    __attribute__((warn_unused_result));
enum db_result db_run(struct db *db, size_t n, const char *types, ...)
    __attribute__((warn_unused_result));
enum db_result db_one(struct db *db, size_t n, const char *types, ...)
    __attribute__((warn_unused_result));
void db_end(struct db *db, size_t n);

/* Rows that the last statement without rows changed. */
int64_t db_changes(struct db *db);
/* Moves the write-ahead log into the file and empties it, unless somebody reads
 * from it now. */
void db_checkpoint(struct db *db);
int64_t db_int(struct db *db, size_t n, int column);
/* A blob too. */
struct str db_text(struct db *db, size_t n, int column, struct arena *a);

#endif
