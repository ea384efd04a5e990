/*
 * limit - the least a generator has to do: read every Markdown file of a
 * folder, render it with cmark-gfm and its extensions in one process, write
 * the HTML.
 *
 *	limit SOURCE OUT
 *
 * Front matter is skipped. No template, no links, no checks.
 */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *text = NULL;

	if (f == NULL || fstat(fileno(f), &st) != 0)
		goto end;
	*len = (size_t)st.st_size;
	text = malloc(*len + 1);
	if (text != NULL) {
		*len = fread(text, 1, *len, f);
		text[*len] = '\0';
	}
end:
	if (f != NULL)
		fclose(f);
	return text;
}

static void
render(const char *text, size_t len, const char *path)
{
	static const char *const names[] = { "table", "strikethrough",
		"autolink", "tasklist" };
	int options = CMARK_OPT_FOOTNOTES;
	cmark_parser *parser = cmark_parser_new(options);
	cmark_node *root;
	char *html;
	FILE *f;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		cmark_parser_attach_syntax_extension(
		    parser, cmark_find_syntax_extension(names[i]));
	cmark_parser_feed(parser, text, len);
	root = cmark_parser_finish(parser);
	html = cmark_render_html(
	    root, options, cmark_parser_get_syntax_extensions(parser));
	f = fopen(path, "wb");
	if (f != NULL) {
		fputs(html, f);
		fclose(f);
	}
	free(html);
	cmark_node_free(root);
	cmark_parser_free(parser);
}

static void
walk(const char *from, const char *to)
{
	DIR *d = opendir(from);
	struct dirent *e;

	if (d == NULL)
		return;
	mkdir(to, 0755);
	while ((e = readdir(d)) != NULL) {
		char in[4096], out[4096];
		size_t n = strlen(e->d_name), len;
		char *text;

		if (e->d_name[0] == '.')
			continue;
		snprintf(in, sizeof in, "%s/%s", from, e->d_name);
		snprintf(out, sizeof out, "%s/%s", to, e->d_name);
		if (e->d_type == DT_DIR) {
			walk(in, out);
			continue;
		}
		if (n < 3 || strcmp(e->d_name + n - 3, ".md") != 0)
			continue;
		text = slurp(in, &len);
		if (text != NULL) {
			const char *body = text, *end;

			if (strncmp(text, "---\n", 4) == 0 &&
			    (end = strstr(text + 4, "\n---\n")) != NULL)
				body = end + 5;
			render(body, len - (size_t)(body - text), out);
			free(text);
		}
	}
	closedir(d);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: limit SOURCE OUT\n", stderr);
		return 2;
	}
	cmark_gfm_core_extensions_ensure_registered();
	walk(argv[1], argv[2]);
	return 0;
}
