/*
 * The hive COMPONENTS: below CanonicalData\Deployments a key for each deployment, whose values
 * name the packages that it belongs to: "s!CBS_<package>" staged, "i!CBS_<package>" installed,
 * "p!CBS_<package>". Their data are a 32-bit length, 32 bits of flags and the identity in
 * ASCII. The name holds it too, but followed by the update's name ("~~1.0.1.2.5093-41_neutral"),
 * or shortened ("contoso-f..-package~..."): it is read where the data do not tell.
 */
#include "base/text.h"
#include "model/identity.h"
#include "parsers/hive.h"

static enum cbs_state state_of(char mark)
{
	switch (to_lower(mark)) {
	case 'i':
		return STATE_INSTALLED;
	case 's':
		return STATE_STAGED;
	default:
		return STATE_NONE;
	}
}

/* Fields of a version: four numbers; a fifth and what follows is no part of it. */
static size_t version_len(struct slice version)
{
	size_t len = 0, dots = 0;

	while (len < version.len && (is_digit(version.ptr[len]) || version.ptr[len] == '.')) {
		if (version.ptr[len] == '.' && ++dots == 4)
			break;
		len++;
	}
	return len;
}

/* The identity at the head of the text, empty when there is none. */
static struct slice package_of(struct slice text)
{
	struct identity identity;
	size_t last, len;

	if (slice_starts_nocase(text, SLICE("CBS_")))
		text = slice_skip(text, 4);
	last = slice_find_last_char(text, '~');
	if (last == SLICE_MISSING || slice_find(text, SLICE("..")) != SLICE_MISSING)
		return SLICE_NONE;
	len = version_len(slice_skip(text, last + 1));
	text = slice_from_to(text, 0, last + 1 + len);
	return len && text_is_utf8(text) && identity_parse(text, &identity) ? text : SLICE_NONE;
}

static struct slice package_in(const struct hive_value *value)
{
	struct slice data = { value->data, value->len };
	struct slice package = SLICE_NONE;

	if (data.len > 8 && le32(data.ptr) <= data.len - 8)
		package = package_of(slice_from_to(data, 8, 8 + (size_t)le32(data.ptr)));
	return package.len ? package : package_of(slice_skip(slice_from(value->name), 2));
}

static bool on_value(struct hive *hive, void *self, const struct hive_value *value)
{
	const struct slice *deployment = self;
	struct slice name = slice_from(value->name);
	struct fact *fact;

	if (name.len < 3 || name.ptr[1] != '!' ||
		slice_find_char(SLICE("sip"), name.ptr[0]) == SLICE_MISSING)
		return true;
	fact = hive_fact(hive, FACT_DEPLOYMENT, value->at);
	if (!fact)
		return false;
	fact->package = arena_copy(&hive->result->scratch, package_in(value));
	fact->current = state_of(name.ptr[0]);
	fact->name = arena_copy(&hive->result->scratch, *deployment);
	buf_reset(&hive->words);
	buf_printf(&hive->words, "%.*s: %.*s", SLICE_ARG(*deployment), SLICE_ARG(name));
	fact->words = hive_words(hive);
	return true;
}

static bool on_deployment(struct hive *hive, void *self, size_t key, struct slice name)
{
	(void)self;
	(void)hive_each_value(hive, key, on_value, &name);
	return !hive->is_full;
}

void hive_read_components(struct hive *hive)
{
	size_t key = hive_key(hive, hive->root, SLICE("CanonicalData\\Deployments"));

	if (key)
		(void)hive_each_key(hive, key, on_deployment, NULL, NULL);
}

static unsigned bid(struct slice head)
{
	return hive_bid(head, HIVE_COMPONENTS);
}

static void read_file(const struct document_file *file, struct parse_result *result)
{
	hive_read(file, result, HIVE_COMPONENTS);
}

const struct parser parser_hive_components = {
	.name = "hive-components",
	.what = "the registry hive COMPONENTS: packages that the component store holds",
	.looked_for = "'regf' at the start, and the name COMPONENTS",
	.shape = PARSER_FILE,
	.is_of_image = true,
	.bid = bid,
	.read_file = read_file,
};
