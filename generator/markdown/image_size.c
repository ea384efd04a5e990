#include "image_size.h"

#include <string.h>

enum { LARGEST = 100000, SVG_HEAD = 16 << 10 };

static unsigned
big16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static unsigned
little16(const unsigned char *p)
{
	return (unsigned)p[1] << 8 | p[0];
}

static unsigned
little24(const unsigned char *p)
{
	return (unsigned)p[2] << 16 | little16(p);
}

static unsigned
big32(const unsigned char *p)
{
	return big16(p) << 16 | big16(p + 2);
}

/* PNG (ISO 15948), 11.2.2: IHDR is the first chunk. */
static bool
read_png(const unsigned char *p, size_t len, struct image_size *out)
{
	if (len < 24 || memcmp(p + 12, "IHDR", 4) != 0)
		return false;
	*out = (struct image_size){ big32(p + 16), big32(p + 20) };
	return true;
}

static bool
read_gif(const unsigned char *p, size_t len, struct image_size *out)
{
	if (len < 10)
		return false;
	*out = (struct image_size){ little16(p + 6), little16(p + 8) };
	return true;
}

/* The frame header of JPEG (ITU T.81, B.2.2); Exif rotation is not looked at.
 */
static bool
read_jpeg(const unsigned char *p, size_t len, struct image_size *out)
{
	size_t at = 2;

	while (at + 9 <= len) {
		unsigned char m = p[at + 1];

		if (p[at] != 0xff)
			return false;
		if (m == 0xff) {
			at++;
			continue;
		}
		if (m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 &&
		    m != 0xcc) {
			*out = (struct image_size){ big16(p + at + 7),
				big16(p + at + 5) };
			return true;
		}
		at += 2 +
		    (m == 0x01 || (m >= 0xd0 && m <= 0xd8) ? 0u
							   : big16(p + at + 2));
	}
	return false;
}

/* RFC 9649, 2.5 to 2.7. */
static bool
read_webp(const unsigned char *p, size_t len, struct image_size *out)
{
	if (len < 30 || memcmp(p + 8, "WEBP", 4) != 0)
		return false;
	if (!memcmp(p + 12, "VP8X", 4)) {
		*out = (struct image_size){ little24(p + 24) + 1,
			little24(p + 27) + 1 };
		return true;
	}
	if (!memcmp(p + 12, "VP8L", 4)) {
		unsigned bits = little16(p + 21) | little16(p + 23) << 16;

		*out = (struct image_size){ (bits & 0x3fff) + 1,
			(bits >> 14 & 0x3fff) + 1 };
		return p[20] == 0x2f;
	}
	if (!memcmp(p + 12, "VP8 ", 4)) {
		*out = (struct image_size){ little16(p + 26) & 0x3fff,
			little16(p + 28) & 0x3fff };
		return !memcmp(p + 23, "\x9d\x01\x2a", 3);
	}
	return false;
}

/* A number and its unit at the start of `s`; only pixels are of use. */
static bool
read_length(struct str s, double *out)
{
	double value = 0, unit = 1;
	size_t i = 0;
	bool point = false;

	for (; i < s.len; i++) {
		if (s.ptr[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			break;
		value = value * 10 + (s.ptr[i] - '0');
		unit *= point ? 10 : 1;
	}
	s = str_trim(str_from_at(s, i));
	*out = value / unit;
	return i && (!s.len || str_eq(s, STR("px")));
}

/* The value of an attribute of the tag `tag`, or the empty view. */
static struct str
attribute(struct str tag, struct str name)
{
	size_t at = 0;

	while ((at += str_search(str_from_at(tag, at), name)) < tag.len) {
		struct str rest = str_from_at(tag, at + name.len);
		char before = 'x';

		if (at)
			before = tag.ptr[at - 1];
		at += name.len;
		if (before != ' ' && before != '\n' && before != '\t' &&
		    before != '\r')
			continue;
		rest = str_trim(rest);
		if (!rest.len || *rest.ptr != '=')
			continue;
		rest = str_trim(str_from_at(rest, 1));
		if (!rest.len || (*rest.ptr != '"' && *rest.ptr != '\''))
			continue;
		return str_trim(str_sub(
		    rest, 1, str_find(str_from_at(rest, 1), *rest.ptr)));
	}
	return STR_NONE;
}

static bool
read_view_box(struct str box, double *width, double *height)
{
	double at[4];
	size_t n = 0, i = 0;

	while (n < 4) {
		size_t start;

		while (i < box.len && (box.ptr[i] == ' ' || box.ptr[i] == ','))
			i++;
		if (i < box.len && n < 2 && box.ptr[i] == '-')
			i++;
		start = i;
		while (i < box.len && box.ptr[i] != ' ' && box.ptr[i] != ',')
			i++;
		if (!read_length(str_sub(box, start, i - start), &at[n++]))
			return false;
	}
	*width = at[2];
	*height = at[3];
	return true;
}

static bool
read_svg(struct str data, struct image_size *out)
{
	struct str head = str_sub(data, 0, SVG_HEAD);
	size_t open = str_search(head, STR("<svg"));
	struct str tag = str_from_at(head, open);
	double width, height;

	tag = str_sub(tag, 0, str_find(tag, '>'));
	if (!tag.len)
		return false;
	if ((!read_length(attribute(tag, STR("width")), &width) ||
		!read_length(attribute(tag, STR("height")), &height)) &&
	    !read_view_box(attribute(tag, STR("viewBox")), &width, &height))
		return false;
	if (width > LARGEST || height > LARGEST)
		return false;
	*out = (struct image_size){ (unsigned)(width + 0.5),
		(unsigned)(height + 0.5) };
	return true;
}

static bool
read_any(struct str data, struct image_size *out)
{
	const unsigned char *p = (const unsigned char *)data.ptr;

	if (data.len >= 8 && !memcmp(p, "\x89PNG\r\n\x1a\n", 8))
		return read_png(p, data.len, out);
	if (data.len >= 6 &&
	    (!memcmp(p, "GIF87a", 6) || !memcmp(p, "GIF89a", 6)))
		return read_gif(p, data.len, out);
	if (data.len >= 3 && !memcmp(p, "\xff\xd8\xff", 3))
		return read_jpeg(p, data.len, out);
	if (data.len >= 4 && !memcmp(p, "RIFF", 4))
		return read_webp(p, data.len, out);
	return data.len >= 4 && read_svg(data, out);
}

bool
image_size(struct str data, struct image_size *out)
{
	*out = (struct image_size){ 0 };
	return read_any(data, out) && out->width && out->height &&
	    out->width <= LARGEST && out->height <= LARGEST;
}
