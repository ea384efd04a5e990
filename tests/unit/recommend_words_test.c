/*
 * recommend_words_test.c - the words of Markdown in several scripts, and which
 * texts are near each other.
 */
#include "buf.h"
#include "reason.h"
#include "row.h"
#include "terms.h"

struct taking {
	struct buf out;
	struct str only; /* words of this text */
};

static void
take(void *context, const struct word *w)
{
	static const char marks[FIELD_COUNT] = { 'T', 'H', 'h', 't', 'c', 'g' };
	struct taking *t = context;

	buf_printf(&t->out, "%c:%.*s ", marks[w->field], STR_ARG(w->text));
}

static const struct {
	int line;
	const char *in, *want;
} bodies[] = {
	{ __LINE__, "Gradient descent, and the rate.",
	    "t:Gradient t:descent t:rate " },
	{ __LINE__, "# Over view\n\n### Deep\ntext\n====\n",
	    "H:view h:Deep H:text " },
	{ __LINE__, "[visible](hidden/path.md) ![alt](img.png)",
	    "t:visible t:alt " },
	{ __LINE__, "[visible][hidden]\n[hidden]: ../hidden.md", "t:visible " },
	{ __LINE__, "a <b class=\"hidden\">bold</b> <!-- x -->", "t:bold " },
	{ __LINE__, "<img\nclass=\"hidden\"\n/> word", "t:word " },
	{ __LINE__, "<!--\nhidden\n-->\nword", "t:word " },
	{ __LINE__, "x < seven\nword", "t:seven t:word " },
	{ __LINE__, "```c\nint loop;\n```\nafterwards",
	    "c:int c:loop t:afterwards " },
	{ __LINE__, "~~~\n```\nloop\n~~~\ntext", "c:loop t:text " },
	{ __LINE__, "see https://hidden.example/path word", "t:https t:word " },
	{ __LINE__, ":label:`hidden` :ref:`hidden` word", "t:word " },
	{ __LINE__, "\\mathbf x 42 1e", "t:1e " },
	{ __LINE__, "梯度下降", "t:梯度 t:度下 t:下降 " },
	{ __LINE__, "用C语言", "t:用 t:语言 " },
	{ __LINE__, "データ 데이터", "t:デー t:ータ t:데이 t:이터 " },
	{ __LINE__, "Прямой доступ", "t:Прямой t:доступ " },
	{ __LINE__, "naïve", "t:naïve " },
	{ __LINE__, "", "" },
	{ __LINE__, "\xff\xfe [ ]( <", "" },
};

static void
test_bodies(void **state)
{
	struct arena arena;
	struct taking t = { 0 };

	(void)state;
	arena_init(&arena);
	buf_init(&t.out, 1 << 20);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const struct word_sink sink = { take, &t, stop_new(&arena) };

		buf_reset(&t.out);
		words_of_body(str_from(bodies[i].in), &sink);
		if (!str_eq_z(buf_str(&t.out), bodies[i].want))
			fail_msg("row %d: %.*s", bodies[i].line,
			    STR_ARG(buf_str(&t.out)));
	}
	buf_clear(&t.out);
	arena_clear(&arena);
}

static void
keep_hash(void *context, const struct word *w)
{
	*(uint64_t *)context = w->hash;
}

/* Words that fold to the same are the same. */
static void
test_folding(void **state)
{
	static const struct {
		int line;
		const char *a, *b;
	} same[] = {
		{ __LINE__, "Loop", "loop" },
		{ __LINE__, "Straße", "STRASSE" },
		{ __LINE__, "CAFÉ", "cafe\u0301" },
		{ __LINE__, "ＬＯＯＰ", "loop" },
		{ __LINE__, "ПРЯМОЙ", "прямой" },
	};
	struct arena arena;
	uint64_t a, b;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct word_sink sink = { keep_hash, &a, stop_new(&arena) };

		a = b = 0;
		words_of_line(str_from(same[i].a), FIELD_TEXT, &sink);
		sink.context = &b;
		words_of_line(str_from(same[i].b), FIELD_TEXT, &sink);
		if (!a || a != b)
			fail_msg("row %d", same[i].line);
	}
	arena_clear(&arena);
}

static const char *const texts[] = {
	"# Gradient descent\n\nThe learning rate scales each step downhill.",
	"# Stochastic gradient descent\n\nA learning rate for noisy steps.",
	"# Baking bread\n\nFlour, water, salt and a hot oven.",
	"# Rye bread\n\nRye flour and sourdough in the oven.",
	"# Learning to swim\n\nBreathe out under water.",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static struct terms *
terms_of_texts(void)
{
	struct terms *t = terms_new();

	for (size_t i = 0; i < TEXTS; i++) {
		terms_begin(t);
		terms_add_body(t, str_from(texts[i]), true);
	}
	terms_close(t);
	return t;
}

static void
test_nearest(void **state)
{
	static const uint32_t nearest[] = { 1, 0, 3, 2 };
	struct terms *t = terms_of_texts();
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (unsigned threads = 1; threads <= 4; threads++) {
		const struct similarity wish = { .most = 3,
			.threads = threads };
		struct rows *rows = terms_rows(t, &arena, &wish);

		for (size_t i = 0; i < 4; i++) {
			assert_true(rows->at[i].count > 0);
			assert_int_equal(rows->at[i].at[0].item, nearest[i]);
			assert_int_equal(rows->at[i].at[0].score,
			    rows_score(rows, nearest[i], i));
		}
		assert_int_equal(rows_score(rows, 0, 2), 0);
	}
	arena_clear(&arena);
	terms_free(t);
}

static bool
is_named(const struct str *terms, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (str_search(terms[i], str_from(word)) < terms[i].len)
			return true;
	}
	return false;
}

/* Documents of which each pair must, or must not, share the words. */
static const struct {
	int line;
	const char *a, *b, *want; /* in order, divided by '|' */
} pairs[] = {
	/* both headings, as a sentence has it */
	{ __LINE__, "# Gradient Descent\n", "# More on gradient descent\n",
	    "gradient descent" },
	/* a heading's words are small unless the text knows better */
	{ __LINE__, "# Learning Rates\n", "# A Learning Rate\n",
	    "learning rates" },
	{ __LINE__, "# RefCell\n", "# The RefCell\n", "RefCell" },
	{ __LINE__, "# Rust\n\nHere is Rust, said so.", "# Rust\n", "Rust" },
	/* what running text repeats */
	{ __LINE__, "A hash map. The hash map.", "One hash map, a hash map.",
	    "hash map" },
	{ __LINE__, "# Closures\n",
	    "A closure, some closure, a closure; closure,\n"
	    "closure, closure.",
	    "closure" },
	/* a word twice in running text is a chance */
	{ __LINE__, "# Teaser\n", "A teaser.", "" },
	{ __LINE__, "A lifetime, a lifetime, a lifetime.",
	    "Lifetime, lifetime, lifetime.", "" },
	/* what one says often and the other again; when nothing is better */
	{ __LINE__,
	    "A token, a token, a token, a token, some token, no token; of "
	    "tokens.",
	    "Token, a token; a token.", "token" },
	{ __LINE__,
	    "# Cookies\n\nA token, a token, a token, a token, a token, no "
	    "token.",
	    "# Cookies\n\nToken, a token; a token.", "cookies" },
	/* what says nothing, numbers, scraps and code */
	{ __LINE__, "# Exercises\n", "# Exercises\n", "" },
	{ __LINE__, "# Summary of 1984\n", "# Summary of 1984\n", "" },
	{ __LINE__, "# Installing Binaries\n", "# Installing Crates\n", "" },
	{ __LINE__, "```\nmalloc malloc malloc\n```\n",
	    "```\nmalloc malloc malloc\n```\n", "" },
	{ __LINE__, "# `x->y` in C\n", "# `x->y` in C\n", "" },
	/* runs of characters: the longest name both have */
	{ __LINE__, "# 指针运算\n", "# 数组和指针运算\n", "指针运算" },
	{ __LINE__, "# 目标检测数据集\n", "# 数据集\n", "数据集" },
	{ __LINE__, "# 图像分类\n", "# 图像分割\n", "" },
	{ __LINE__, "# 小结\n", "# 小结\n", "" },
	/* "how to tell" is no name; nor is half of "how" */
	{ __LINE__, "# 怎么认出难点\n", "# 怎么认出难点\n", "认出难点" },
	{ __LINE__, "# 这样算通过\n", "# 这样算通过\n", "算通过" },
	{ __LINE__, "# 样本方差\n", "# 样本方差\n", "样本方差" },
	{ __LINE__, "# 回归的从零开始实现\n", "# 网络的从零开始实现\n",
	    "从零开始实现" },
};

static struct terms *
terms_of_pair(const char *a, const char *b)
{
	struct terms *t = terms_new();

	terms_begin(t);
	terms_add_body(t, str_from(a), true);
	terms_begin(t);
	terms_add_body(t, str_from(b), true);
	terms_close(t);
	return t;
}

static void
test_pairs(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ROWS(pairs); i++) {
		struct terms *t = terms_of_pair(pairs[i].a, pairs[i].b);
		struct str terms[REASON_TERMS_MOST], got = STR_NONE;
		size_t n = reasons_for(reasons_new(t, &arena, 0), 1, terms);

		for (size_t k = 0; k < n; k++)
			got = arena_printf(&arena, "%.*s%s%.*s", STR_ARG(got),
			    k ? "|" : "", STR_ARG(terms[k]));
		if (!str_eq_z(got, pairs[i].want))
			fail_msg("row %d: %.*s", pairs[i].line, STR_ARG(got));
		terms_free(t);
	}
	arena_clear(&arena);
}

/* A reason quotes free text, and of paid pages only what a table of contents
 * shows. */
static void
test_reasons(void **state)
{
	static const struct {
		const char *text, *word;
		bool is_shown; /* of a page that is paid for */
	} shown[] = {
		{ "## Gradient descent\n", "gradient descent", true },
		{ "### Momentum\n", "momentum", false },
		{ "A learning rate, the learning rate.\n", "learning rate",
		    false },
		{ "# 随机梯度下降\n", "随机梯度下降", true },
		{ "### 学习率\n", "学习率", false },
	};
	struct str terms[REASON_TERMS_MOST];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < 2 * ROWS(shown); i++) {
		struct terms *t = terms_new();
		bool is_free = i % 2;
		size_t n;

		for (int k = 0; k < 2; k++) {
			terms_begin(t);
			terms_add_body(
			    t, str_from(shown[i / 2].text), !k || is_free);
		}
		terms_close(t);
		n = reasons_for(reasons_new(t, &arena, 0), 1, terms);
		if (is_named(terms, n, shown[i / 2].word) !=
		    (is_free || shown[i / 2].is_shown))
			fail_msg("%s, %d", shown[i / 2].word, is_free);
		terms_free(t);
	}
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
