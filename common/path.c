/*
 * path.c - the part of file.h that looks at names only.
 */
#include "file.h"

#include "limits.h"

static const char *
component_refusal(struct str name)
{
	if (!name.len)
		return "has an empty component";
	if (name.len > LIMIT_NAME)
		return "has a component longer than 255 bytes";
	if (str_eq_z(name, ".") || str_eq_z(name, ".."))
		return "has a '.' or '..' component";
	if (str_eq_nocase(name, STR(".git")) ||
	    str_eq_nocase(name, STR("git~1")))
		return "has a component that means git's own folder";
	return NULL;
}

const char *
path_refusal(struct str path)
{
	struct str rest = path, part;
	size_t depth = 0;

	if (!path.len)
		return "is empty";
	if (path.len >= LIMIT_PATH)
		return "is longer than 4095 bytes";
	if (path.ptr[0] == '/')
		return "is not relative";
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if (c < ' ' || c == 0x7f)
			return "has a control character";
		if (c == '\\')
			return "has a backslash";
	}
	if (!str_is_utf8(path))
		return "is not UTF-8";
	while (str_split(&rest, '/', &part)) {
		const char *refusal = component_refusal(part);

		if (refusal)
			return refusal;
		if (++depth > LIMIT_PATH_DEPTH)
			return "is more than 32 folders deep";
	}
	return NULL;
}

static const struct {
	const char *extension;
	const char *type;
} media_types[] = {
	{ "html", "text/html; charset=utf-8" },
	{ "css", "text/css; charset=utf-8" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "json", "application/json" },
	{ "xml", "application/xml" },
	{ "svg", "image/svg+xml" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "md", "text/markdown; charset=utf-8" },
	{ "png", "image/png" },
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "gif", "image/gif" },
	{ "webp", "image/webp" },
	{ "avif", "image/avif" },
	{ "ico", "image/x-icon" },
	{ "bmp", "image/bmp" },
	{ "woff2", "font/woff2" },
	{ "woff", "font/woff" },
	{ "ttf", "font/ttf" },
	{ "otf", "font/otf" },
	{ "pdf", "application/pdf" },
	{ "epub", "application/epub+zip" },
	{ "zip", "application/zip" },
	{ "gz", "application/gzip" },
	{ "br", "application/octet-stream" },
	{ "zst", "application/zstd" },
	{ "tar", "application/x-tar" },
	{ "xz", "application/x-xz" },
	{ "7z", "application/x-7z-compressed" },
	{ "mp4", "video/mp4" },
	{ "m4v", "video/mp4" },
	{ "webm", "video/webm" },
	{ "ogv", "video/ogg" },
	{ "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" },
	{ "m4a", "audio/mp4" },
	{ "aac", "audio/aac" },
	{ "ogg", "audio/ogg" },
	{ "oga", "audio/ogg" },
	{ "opus", "audio/ogg" },
	{ "flac", "audio/flac" },
	{ "wav", "audio/wav" },
	{ "vtt", "text/vtt; charset=utf-8" },
	{ "srt", "application/x-subrip" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "tsv", "text/tab-separated-values; charset=utf-8" },
	{ "htm", "text/html; charset=utf-8" },
	{ "mjs", "text/javascript; charset=utf-8" },
	{ "map", "application/json" },
	{ "ipynb", "application/x-ipynb+json" },
	{ "webmanifest", "application/manifest+json" },
	{ "wasm", "application/wasm" },
	{ "atom", "application/atom+xml" },
	{ "rss", "application/rss+xml" },
	{ "xsl", "application/xslt+xml" },
	{ "yaml", "application/yaml" },
	{ "yml", "application/yaml" },
	{ "toml", "application/toml" },
	{ "tex", "application/x-tex" },
	{ "diff", "text/x-diff; charset=utf-8" },
	{ "patch", "text/x-diff; charset=utf-8" },
	{ "c", "text/x-c; charset=utf-8" },
	{ "h", "text/x-c; charset=utf-8" },
	{ "cc", "text/x-c; charset=utf-8" },
	{ "cpp", "text/x-c; charset=utf-8" },
	{ "hpp", "text/x-c; charset=utf-8" },
	{ "py", "text/x-python; charset=utf-8" },
	{ "sh", "text/x-shellscript; charset=utf-8" },
	{ "go", "text/plain; charset=utf-8" },
	{ "rs", "text/plain; charset=utf-8" },
	{ "java", "text/plain; charset=utf-8" },
	{ "ts", "text/plain; charset=utf-8" },
	{ "rb", "text/plain; charset=utf-8" },
	{ "sql", "text/plain; charset=utf-8" },
	{ "log", "text/plain; charset=utf-8" },
	{ "ini", "text/plain; charset=utf-8" },
	{ "conf", "text/plain; charset=utf-8" },
	{ "ics", "text/calendar; charset=utf-8" },
	{ "doc", "application/msword" },
	{ "docx",
	    "application/vnd.openxmlformats-officedocument"
	    ".wordprocessingml.document" },
	{ "xlsx",
	    "application/vnd.openxmlformats-officedocument"
	    ".spreadsheetml.sheet" },
	{ "pptx",
	    "application/vnd.openxmlformats-officedocument"
	    ".presentationml.presentation" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
};

const char *
media_type(struct str path)
{
	struct str name = str_from_at(path, 0);
	size_t slash = str_rfind(name, '/'), dot;

	if (slash < name.len)
		name = str_from_at(name, slash + 1);
	dot = str_rfind(name, '.');
	if (dot == name.len)
		return "application/octet-stream";
	name = str_from_at(name, dot + 1);
	for (size_t i = 0; i < sizeof media_types / sizeof *media_types; i++) {
		if (str_eq_nocase(name, str_from(media_types[i].extension)))
			return media_types[i].type;
	}
	return "application/octet-stream";
}

bool
media_type_is_text(const char *type)
{
	static const char *const texts[] = { "application/json",
		"application/xml", "application/yaml", "application/toml",
		"application/wasm", "application/x-tex", "application/x-subrip",
		"image/svg+xml", "image/x-icon", "image/bmp", "font/ttf",
		"font/otf", "application/x-tar" };
	struct str s = str_from(type), rest;

	if (str_starts(s, STR("text/")))
		return true;
	rest = str_sub(s, 0, str_find(s, ';'));
	if (str_ends(rest, STR("+json")) || str_ends(rest, STR("+xml")))
		return true;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (str_eq_z(rest, texts[i]))
			return true;
	}
	return false;
}
