/* PowerShell objects, saved: which syntax, and who reads it. */
#include "parsers/powershell_objects.h"

#include "parsers/listing_text.h"

#define HEAD_BYTES ((size_t)64 << 10)

enum syntax { SYNTAX_TEXT, SYNTAX_JSON, SYNTAX_CSV, SYNTAX_CLIXML };

static bool has(struct slice text, struct slice what)
{
	return slice_find(text, what) != SLICE_MISSING;
}

static bool is_clixml(struct slice head)
{
	return has(slice_from_to(head, 0, 1024), SLICE("<Objs")) &&
		has(head, SLICE("http://schemas.microsoft.com/powershell/2004/04"));
}

static enum syntax syntax_of(struct slice head)
{
	head = text_trim(slice_from_to(head, 0, HEAD_BYTES));
	/* "[" may also begin a line of text: an object must follow */
	if (slice_starts(head, SLICE("{")) || slice_starts(head, SLICE("[")))
		return SYNTAX_JSON;
	if (is_clixml(head))
		return SYNTAX_CLIXML;
	return powershell_is_csv(head) ? SYNTAX_CSV : SYNTAX_TEXT;
}

/* The properties that tell whose objects these are: two that come together. */
static bool has_properties(struct slice head)
{
	static const struct slice pairs[][2] = {
		{ { "\"PackageName\"", 13 }, { "\"PackageState\"", 14 } },
		{ { "\"FeatureName\"", 13 }, { "\"State\"", 7 } },
		{ { "\"HotFixID\"", 10 }, { "\"InstalledOn\"", 13 } },
		{ { "\"ImageIndex\"", 12 }, { "\"ImageName\"", 11 } },
		{ { "~~~", 3 }, { "\"State\"", 7 } },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (has(head, pairs[i][0]) && has(head, pairs[i][1]))
			return true;
	return false;
}

static unsigned bid(struct slice head)
{
	struct listing_signs signs;

	head = slice_from_to(head, 0, HEAD_BYTES);
	switch (syntax_of(head)) {
	case SYNTAX_JSON:
		return has_properties(head) ? 50 : 0;
	case SYNTAX_CLIXML:
		return has_properties(head) || has(head, SLICE("Microsoft.Dism.Commands")) ? 56 : 0;
	case SYNTAX_CSV:
		return 50;
	case SYNTAX_TEXT:
		break;
	}
	signs = listing_text_look(head);
	return listing_text_bid(&signs, signs.powershell, signs.dism);
}

static void read_objects(struct slice bytes, struct parse_result *result)
{
	struct document_text document;

	if (!document_text_decode(bytes, result, &document))
		return;
	switch (syntax_of(document.text)) {
	case SYNTAX_JSON:
		powershell_read_json(&document, result);
		break;
	case SYNTAX_CLIXML:
		powershell_read_clixml(bytes, result);
		break;
	case SYNTAX_CSV:
		powershell_read_csv(&document, result);
		break;
	case SYNTAX_TEXT:
		listing_text_read(bytes, result);
		break;
	}
}

const struct parser parser_powershell_objects = {
	.name = "powershell-objects",
	.what = "Get-WindowsPackage and its like as list, table, JSON, CSV or CLIXML; Get-HotFix",
	.looked_for =
		"objects with PackageName and PackageState, FeatureName and State, ImageIndex "
		"and ImageName, or HotFixID",
	.shape = PARSER_WHOLE,
	.is_of_image = true,
	.bid = bid,
	.read = read_objects,
};
