/*
 * WinSxS/pending.xml: what the servicing stack left for the next boot. No real file was at
 * hand; as it is described there is a root PendingTransaction, in it the queues of primitive
 * operations (POQ) and of installers, with one element an operation, and what plans and
 * transactions there are. So names are taken loosely, in any namespace: an operation is an
 * element inside of what stands in the root, bookkeeping aside, or what stands there itself
 * and is no queue and holds no element. Who left it is told by Identifier attributes, where
 * "30546173_4261722401" is a session and what has four '~' is a package.
 * The file may have 10 MB and more. It gives one fact, which stands at the root.
 */
#include "model/identity.h"
#include "parsers/xml.h"

/* Attributes looked into for who left the operations: they stand at the beginning. */
#define MAX_LOOKED_INTO ((size_t)1 << 20)

enum { ROOT = 1, BOOKKEEPING, QUEUE, SECTION, MARK, OPERATION };

static const struct xml_known known[] = {
	{ ROOT, XML_DOCUMENT, false, "PendingTransaction" },
	{ BOOKKEEPING, ROOT, false, "Transactions" },
	{ BOOKKEEPING, ROOT, false, "ChangeList" },
	{ QUEUE, ROOT, false, "POQ" },
	{ QUEUE, ROOT, false, "InstallerQueue" },
	{ SECTION, ROOT, false, "*" },
	{ MARK, QUEUE, false, "BeginTransaction" },
	{ MARK, QUEUE, false, "CommitTransaction" },
	{ OPERATION, QUEUE, false, "*" },
	{ OPERATION, SECTION, false, "*" },
};

struct pending {
	struct parse_result *result;
	bool has_fact;
	size_t fact;
	bool section_has_elements;
};

static bool is_session_char(char c)
{
	return is_digit(c) || c == '_';
}

/* "TI6.30546173_4261722401:2/Package_for_KB5000001~...": any run of digits that reads so. */
static void find_session(struct fact *fact, struct slice text)
{
	const struct field *field = field_find("session");

	while (text.len && !fact->session.a) {
		size_t end = 0;

		while (end < text.len && is_session_char(text.ptr[end]))
			end++;
		if (end && field_set(fact, field, slice_from_to(text, 0, end)) &&
			!session_is_online(fact->session))
			fact->session = (struct session_id){ 0 };
		text = slice_skip(text, end + 1);
	}
}

static bool is_part_end(char c)
{
	return c == '/' || c == ':' || c == ';' || c == ',' || c == ' ' || c == '"';
}

static void find_package(struct fact *fact, struct slice text)
{
	struct identity identity;

	while (text.len && !fact->package.len) {
		size_t end = 0;
		struct slice part;

		while (end < text.len && !is_part_end(text.ptr[end]))
			end++;
		part = slice_from_to(text, 0, end);
		if (identity_parse(part, &identity) && identity.name.len)
			fact->package = part;
		text = slice_skip(text, end + 1);
	}
}

static void find_origin(struct pending *pending, const struct xml_element *element)
{
	struct fact *fact = &pending->result->facts[pending->fact];
	struct slice text;

	if ((fact->package.len && fact->session.a) ||
		pending->result->scratch.used > MAX_LOOKED_INTO)
		return;
	text = xml_attribute(element, "Identifier");
	find_session(fact, text);
	find_package(fact, text);
}

static void begin(void *self, const struct xml_element *element)
{
	struct pending *pending = self;
	struct fact *fact;

	if (element->id == ROOT) {
		fact = xml_fact(element, FACT_PENDING_OPERATIONS);
		if (!fact)
			return;
		fact->flags = FLAG_HAS_INDEX;
		pending->has_fact = true;
		pending->fact = pending->result->fact_count - 1;
	}
	if (!pending->has_fact)
		return;
	find_origin(pending, element);
	if (element->id == SECTION)
		pending->section_has_elements = false;
	if (element->id != OPERATION)
		return;
	pending->section_has_elements = true;
	pending->result->facts[pending->fact].index++;
}

static void end(void *self, unsigned id, struct slice text)
{
	struct pending *pending = self;

	(void)text;
	if (id == SECTION && !pending->section_has_elements && pending->has_fact)
		pending->result->facts[pending->fact].index++;
}

static const struct xml_format format = {
	.known = known,
	.known_count = sizeof(known) / sizeof(known[0]),
	.nocase = true,
	.begin = begin,
	.end = end,
};

static void read_pending(const struct byte_reader *bytes, struct parse_result *result)
{
	struct pending pending = { .result = result };

	(void)xml_read_stream(&format, bytes, &pending, result);
	if (result->flush)
		parse_result_flush(result);
}

static unsigned bid(struct slice head)
{
	struct slice name = xml_tag_name(xml_first_tag(head));

	return slice_equal_nocase(name, SLICE("PendingTransaction")) ? 96 : 0;
}

const struct parser parser_pending_xml = {
	.name = "pending-xml",
	.what = "pending.xml: operations that wait for a boot",
	.looked_for = "XML with the root 'PendingTransaction'",
	.shape = PARSER_STREAM,
	.bid = bid,
	.read_stream = read_pending,
};
