/*
 * limits.h - every cap in one place. Sizes in bytes unless named otherwise.
 */
#ifndef LIMITS_H
#define LIMITS_H

enum {
	LIMIT_DIAGNOSTICS = 200, /* faults shown in one run */
	LIMIT_PATH_DEPTH = 32, /* components of a path in a repository */
	LIMIT_NAME = 255, /* one component */
	LIMIT_PATH = 4096,
	LIMIT_TREE_FILES = 1000000,
	LIMIT_TEXT_FILE = 4 << 20, /* one Markdown or YAML file */
	LIMIT_MEDIA_FILE = 512 << 20, /* one image, video or download */
	LIMIT_FRONT_MATTER = 64 << 10,
	LIMIT_YAML_DEPTH = 16,
	LIMIT_YAML_NODES = 20000,
	LIMIT_JSON_DEPTH = 64,
	LIMIT_TEMPLATE = 1 << 20, /* one template file */
	LIMIT_TEMPLATE_DEPTH = 64, /* partials and sections in each other */
	LIMIT_TEMPLATE_STEPS = 4000000, /* instructions to fill one page */
	LIMIT_PAGE = 16 << 20, /* one rendered page */
	LIMIT_MANIFEST = 256 << 20, /* release.json */
	LIMIT_MARKDOWN_DEPTH = 100, /* containers in each other */
	LIMIT_TABLE_CELLS = 20000, /* in one document */
	LIMIT_SLUG = 100,
	LIMIT_RELEASES = 5, /* releases kept in an output folder */

	LIMIT_REQUEST_TARGET = 2048, /* path and query of a request */
	LIMIT_FORM_BODY = 16 << 10,
	LIMIT_FORM_FIELDS = 32,
	LIMIT_WEBHOOK_BODY = 512 << 10,
	LIMIT_TOKEN = 1024, /* a compact JWS */
	LIMIT_TOKEN_PRODUCTS = 64,
	LIMIT_COOKIES = 4096, /* all Cookie headers of a request together */
	LIMIT_MESSAGE = 1 << 20, /* between front and till */
	LIMIT_PROVIDER_BODY = 4 << 20, /* an answer of the payment provider */
};

#endif
