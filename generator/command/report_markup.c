#include "report_markup.h"

#include <math.h>
#include <stdio.h>

static const char style[] =
    ":root{color-scheme:light dark;--paper:#fffdfa;--soft:#f7f2ea;"
    "--line:#d9cfc0;--ink:#211d19;--muted:#5f574e;--accent:#9c3d12}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#151311;--soft:#201c19;"
    "--line:#453e36;--ink:#ebe5dc;--muted:#b3aa9f;--accent:#f0a67a}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',"
    "'Noto Sans CJK SC',sans-serif;overflow-wrap:break-word}\n"
    "main{max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem}\n"
    "h2{font-size:1.4rem;line-height:1.25;margin:3rem 0 .5rem;"
    "padding-top:1rem;border-top:1px solid var(--line)}\n"
    "h3{font-size:1.1rem;margin:2rem 0 .25rem}\n"
    "p{margin:.5rem 0;max-width:42rem}\n"
    ".note,caption,figcaption{color:var(--muted);font-size:.9rem}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0 0;"
    "padding:0;list-style:none}\n"
    "time{white-space:nowrap}a{color:var(--accent)}\n"
    ".wide{overflow-x:auto;margin:1rem 0}\n"
    ".wide:focus-visible,a:focus-visible,summary:focus-visible"
    "{outline:2px solid var(--accent);outline-offset:2px}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "caption{text-align:start;padding-bottom:.35rem}\n"
    "th,td{padding:.35rem .75rem .35rem 0;text-align:start;"
    "vertical-align:top;border-bottom:1px solid var(--line)}\n"
    "thead th{font-size:.85rem;line-height:1.3;color:var(--muted);"
    "vertical-align:bottom}\n"
    "tbody th{font-weight:500;min-width:8rem;overflow-wrap:anywhere}\n"
    ".n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}"
    "\n"
    "tbody .r{white-space:nowrap;min-width:0}"
    "thead .n{white-space:normal}\n"
    "tr>:last-child{padding-inline-end:0}\n"
    ".group{background:var(--soft);border-radius:.5rem;padding:.25rem 1rem "
    "1rem;margin:1rem 0}.group h3{margin-top:.75rem}\n"
    ".big{font-size:1.15rem}\n"
    "ul.words{display:flex;flex-wrap:wrap;gap:.35rem;padding:0;"
    "margin:.5rem 0;list-style:none}.words li{border:1px solid var(--line);"
    "border-radius:1rem;padding:0 .65rem;font-size:.9rem}\n"
    "figure{margin:1rem 0;max-width:22rem}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{font:11px system-ui,sans-serif;fill:var(--muted)}\n"
    ".grid{stroke:var(--line);stroke-width:1}"
    ".even{stroke:var(--muted);stroke-width:1;stroke-dasharray:4 3}"
    ".bar{stroke:var(--accent);stroke-width:1.5;opacity:.6}"
    ".dot{fill:var(--accent)}\n"
    "summary{cursor:pointer;color:var(--accent)}\n"
    ".group .wide{margin-bottom:0}.group tbody tr:last-child>*{border:0}\n"
    "@media(max-width:30rem){main{padding-inline:.75rem}"
    "table{font-size:.8rem}thead th{font-size:.7rem}"
    "th,td{padding-inline-end:.3rem}tbody th{min-width:4.5rem}"
    ".group{padding-inline:.75rem}}\n"
    "@media print{details>*{display:block}nav{display:none}}\n";

void
markup_text(struct buf *out, struct str text)
{
	html_text(out, text);
}

static void
add_percent(struct buf *out, double percent)
{
	if (percent > 0 && percent < 9.95)
		buf_printf(out, "%.1f", percent);
	else
		buf_printf(out, "%.0f", percent);
}

void
markup_percent(struct buf *out, double share)
{
	if (share > 0 && share < 0.0005)
		buf_add_z(out, "under 0.1");
	else
		add_percent(out, share * 100);
	buf_add_z(out, "&nbsp;%");
}

void
markup_range(struct buf *out, double from, double to)
{
	struct buf low, high;

	buf_init(&low, 64);
	buf_init(&high, 64);
	add_percent(&low, from < 0.0005 ? 0 : from * 100);
	add_percent(&high, to < 0.0005 ? 0.1 : to * 100);
	buf_add(out, buf_str(&low));
	if (!str_eq(buf_str(&low), buf_str(&high))) {
		buf_add_z(out, "–");
		buf_add(out, buf_str(&high));
	}
	buf_add_z(out, "&nbsp;%");
	buf_clear(&low);
	buf_clear(&high);
}

void
markup_count(struct buf *out, size_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%zu", n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_add_c(out, ',');
		buf_add_c(out, digits[i]);
	}
}

void
markup_number(struct buf *out, double n)
{
	if (n < 9.95 && n > 0)
		buf_printf(out, "%.1f", n);
	else
		markup_count(out, (size_t)(n + 0.5));
}

void
markup_table(struct buf *out, const char *caption,
    const struct markup_column *columns, size_t count)
{
	markup(out,
	    "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"%s\"><table><caption>%s</caption><thead><tr>",
	    caption, caption);
	for (size_t i = 0; i < count; i++)
		markup(out, "<th scope=\"col\"%s>%s</th>",
		    columns[i].number ? " class=\"n\"" : "", columns[i].title);
	markup(out, "</tr></thead><tbody>\n");
}

void
markup_table_end(struct buf *out)
{
	markup(out, "</tbody></table></div>\n");
}

void
markup_said(struct buf *out, const char *before, size_t n, const char *after)
{
	markup(out, "%s", before);
	markup_count(out, n);
	markup(out, "%s", after);
}

void
markup_cell_count(struct buf *out, size_t n)
{
	markup_said(out, "<td class=\"n\">", n, "</td>");
}

void
markup_cell_percent(struct buf *out, double share)
{
	markup(out, "<td class=\"n\">");
	markup_percent(out, share);
	markup(out, "</td>");
}

void
markup_cell_range(struct buf *out, double from, double to)
{
	markup(out, "<td class=\"n\">");
	markup_range(out, from, to);
	markup(out, "</td>");
}

void
markup_row(struct buf *out, struct str name)
{
	markup(out, "<tr><th scope=\"row\">");
	markup_text(out, name);
	markup(out, "</th>");
}

void
markup_cell_few(struct buf *out)
{
	markup(out, "<td class=\"n\">under five</td>");
}

enum { LEFT = 44, TOP = 10, SIDE = 250, STEPS = 4 };

/* 5 %, 10 %, 20 %, 40 %, 60 %, 80 % or all. */
static double
end_of_axis(const struct calibration *c)
{
	static const double ends[] = { 0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8 };
	double most = 0;

	for (size_t i = 0; i < c->group_count; i++) {
		most = fmax(most, c->groups[i].given);
		most = fmax(most, c->groups[i].seen.high);
	}
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (most <= ends[i])
			return ends[i];
	}
	return 1;
}

static void
add_axes(struct buf *out, double end)
{
	for (int i = 0; i <= STEPS; i++) {
		double at = (double)SIDE * i / STEPS, label = end * 100 * i;

		markup(out,
		    "<path class=\"grid\" d=\"M%d %.1fh%dM%.1f %dv%d\"/>", LEFT,
		    TOP + SIDE - at, SIDE, LEFT + at, TOP, SIDE);
		markup(out,
		    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g%%</text>"
		    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g%%"
		    "</text>\n",
		    LEFT - 6, TOP + SIDE - at + 4, label / STEPS, LEFT + at,
		    TOP + SIDE + 16, label / STEPS);
	}
	markup(out,
	    "<path class=\"even\" d=\"M%d %dl%d %d\"/>"
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">chance given</text>"
	    "<text transform=\"translate(10 %d)rotate(-90)\" "
	    "text-anchor=\"middle\">did it</text>\n",
	    LEFT, TOP + SIDE, SIDE, -SIDE, LEFT + SIDE / 2, TOP + SIDE + 32,
	    TOP + SIDE / 2);
}

void
markup_plot(struct buf *out, const struct calibration *c, const char *title)
{
	double end = end_of_axis(c);

	markup(out,
	    "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
	    LEFT + SIDE + 16, TOP + SIDE + 40, title);
	add_axes(out, end);
	for (size_t i = 0; i < c->group_count; i++) {
		const struct calibration_group *g = &c->groups[i];
		double x = LEFT + SIDE * g->given / end;

		markup(out, "<path class=\"bar\" d=\"M%.1f %.1fV%.1f\"/>", x,
		    TOP + SIDE * (1 - g->seen.low / end),
		    TOP + SIDE * (1 - g->seen.high / end));
		markup(out,
		    "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
		    x, TOP + SIDE * (1 - g->seen.value / end));
	}
	markup(out, "</svg>\n");
}

void
markup_head(struct buf *out, struct str title)
{
	markup(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<title>Readers of ");
	markup_text(out, title);
	markup(out, "</title>\n<style>\n");
	buf_add_z(out, style);
	markup(out, "</style></head>\n<body><main>\n");
}

void
markup_foot(struct buf *out)
{
	markup(out, "</main></body></html>\n");
}
