/* Paths against the patterns of places.def. */
#include "core/places.h"

static const struct {
	enum place_kind kind;
	struct slice pattern;
	const struct parser *parser;
} places[] = {
#define PLACE(id, pattern, parser) { PLACE_##id, { pattern, sizeof(pattern) - 1 }, parser },
#include "core/places.def"
#undef PLACE
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

/* Folders in which an upgrade leaves another Windows. */
static const struct slice old_roots[] = {
	{ "Windows.old", 11 },
	{ "$Windows.~BT", 12 },
	{ "$Windows.~WS", 12 },
};

/* `*` takes any run without a slash; patterns hold at most two. */
static bool fits(struct slice pattern, struct slice text)
{
	size_t star = SLICE_MISSING, mark = 0, p = 0, t = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.len && to_lower(pattern.ptr[p]) == to_lower(text.ptr[t])) {
			p++;
			t++;
		} else if (star != SLICE_MISSING && text.ptr[mark] != '/') {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

/* Nearly every path ends otherwise than nearly every pattern. */
static bool ends_alike(struct slice pattern, struct slice text)
{
	char last = pattern.ptr[pattern.len - 1];

	return last == '*' || to_lower(last) == to_lower(text.ptr[text.len - 1]);
}

/* `path` is not empty. */
static enum place_kind place_at(struct slice path)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (ends_alike(places[i].pattern, path) && fits(places[i].pattern, path))
			return places[i].kind;
	return PLACE_NONE;
}

enum place_kind place_of(struct slice path, struct slice *ret_root)
{
	static const struct slice windows = { "Windows/", 8 };
	enum place_kind kind;

	/* No place lies deeper than five components: only the tail of a path is tried. */
	for (size_t at = path.len, slashes = 0; at > 0 && slashes <= 5; at--) {
		slashes += path.ptr[at - 1] == '/';
		if (at > 1 && path.ptr[at - 2] != '/')
			continue;
		if (!slice_starts_nocase(slice_skip(path, at - 1), windows))
			continue;
		kind = place_at(slice_skip(path, at - 1));
		if (kind == PLACE_NONE)
			continue;
		*ret_root = slice_from_to(path, 0, at > 1 ? at - 2 : 0);
		return kind;
	}
	return PLACE_NONE;
}

const struct parser *place_parser(enum place_kind kind, struct slice path)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (places[i].kind == kind)
			return places[i].parser;
	return slice_ends_nocase(path, SLICE(".mum")) ? &parser_mum : NULL;
}

static bool leads_from_root(struct slice folder)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (places[i].pattern.len > folder.len &&
			places[i].pattern.ptr[folder.len] == '/' &&
			slice_starts_nocase(places[i].pattern, folder))
			return true;
	return false;
}

/* "Windows.old", "Windows.old.000", "$Windows.~BT/NewOS": what follows is a root again. */
static struct slice below_old_root(struct slice folder)
{
	struct slice rest = folder, first = slice_cut(&rest, '/');

	for (size_t i = 0; i < sizeof(old_roots) / sizeof(old_roots[0]); i++) {
		if (!slice_starts_nocase(first, old_roots[i]))
			continue;
		if (slice_starts_nocase(rest, SLICE("NewOS"))) {
			first = rest;
			(void)slice_cut(&first, '/');
			return first.len ? first : SLICE(".");
		}
		return rest.len ? rest : SLICE(".");
	}
	return SLICE_NONE;
}

bool place_leads(struct slice folder)
{
	struct slice below;

	if (!folder.len || leads_from_root(folder))
		return true;
	below = below_old_root(folder);
	return below.len && (slice_equal(below, SLICE(".")) || leads_from_root(below));
}

bool is_manifest(struct slice path)
{
	return slice_ends_nocase(path, SLICE(".mum"));
}

bool is_hive_log(struct slice path)
{
	return slice_ends_nocase(path, SLICE(".log1")) || slice_ends_nocase(path, SLICE(".log2"));
}
