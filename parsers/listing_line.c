/* Lines of printed lists. */
#include "parsers/listing_line.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_PROMPT   260

static const struct heading {
	struct slice text; /* how the line begins */
	struct slice verb;
} headings[] = {
#define HEADING(text, verb) { { text, sizeof(text) - 1 }, { verb, sizeof(verb) - 1 } },
	HEADING("Packages listing:", "packages") HEADING("Package information:", "package")
		HEADING("Features listing for package", "features") HEADING("Feature information:",
			"feature") HEADING("Capability listing:", "capabilities")
			HEADING("Capability information:", "capability") HEADING(
				"Details for image", "images") HEADING("Mounted images:", "")
#undef HEADING
};

static bool read_heading(struct listing_line *line)
{
	for (size_t i = 0; i < COUNT(headings); i++) {
		if (!slice_starts_nocase(line->text, headings[i].text))
			continue;
		line->kind = LINE_HEADING;
		line->verb = headings[i].verb;
		line->value = line->text;
		(void)slice_cut(&line->value, ':');
		line->value = text_trim(line->value);
		return true;
	}
	return false;
}

/* "C:\Windows\system32>dism …", "PS C:\> Get-WindowsPackage …", "PS>" */
static bool read_prompt(struct listing_line *line)
{
	struct slice text = line->text;
	size_t end = slice_find_char(slice_from_to(text, 0, MAX_PROMPT), '>');
	bool is_drive = text.len > 2 && text.ptr[1] == ':' && text.ptr[2] == '\\' &&
		to_lower(text.ptr[0]) >= 'a' && to_lower(text.ptr[0]) <= 'z';

	if (end == SLICE_MISSING)
		return false;
	if (!is_drive && !slice_starts(text, SLICE("PS ")) && !slice_starts(text, SLICE("PS>")))
		return false;
	line->kind = LINE_COMMAND;
	line->command = text_trim(slice_skip(text, end + 1));
	return true;
}

/* "dism /online …" alone in a line. */
static bool read_command(struct listing_line *line)
{
	struct slice rest = line->text, word = slice_cut(&rest, ' ');

	rest = text_trim(rest);
	if (!slice_equal_nocase(word, SLICE("dism")) &&
		!slice_equal_nocase(word, SLICE("dism.exe")))
		return false;
	if (!rest.len || (rest.ptr[0] != '/' && rest.ptr[0] != '-'))
		return false;
	line->kind = LINE_COMMAND;
	line->command = line->text;
	return true;
}

/* Dashes and what parts them; at least three in a row. */
static bool is_rule(struct slice text)
{
	bool has_three = false;
	size_t run = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c != '-' && c != ' ' && c != '|' && c != '+' && c != ':')
			return false;
		run = c == '-' ? run + 1 : 0;
		has_three = has_three || run >= 3;
	}
	return has_three;
}

static bool read_label(struct listing_line *line)
{
	struct slice value = line->text;
	struct slice label = slice_cut(&value, ':');

	if (label.len == line->text.len)
		return false;
	line->label = text_trim(label);
	line->value = text_trim(value);
	if (!line->label.len)
		return false;
	line->field = listed_field_find(line->label);
	line->kind = LINE_LABEL;
	return true;
}

/* Takes blanks and the '>' of quoted mail and Markdown off the head. */
static struct slice unquote(struct slice text, size_t *ret_indent)
{
	size_t indent = 0;

	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t' || text.ptr[0] == '>')) {
		indent = text.ptr[0] == '>' ? 0 : indent + 1;
		text = slice_skip(text, 1);
	}
	*ret_indent = indent;
	return text_trim(text);
}

void listing_line_read(struct slice text, struct listing_line *ret_line)
{
	struct listing_line line = { .kind = LINE_OTHER };

	line.text = unquote(text, &line.indent);
	if (!line.text.len || slice_starts(line.text, SLICE("```")))
		line.kind = LINE_BLANK;
	else if (slice_equal_nocase(
			 line.text, SLICE("Deployment Image Servicing and Management tool")))
		line.kind = LINE_BANNER;
	else if (listed_is_closing(line.text))
		line.kind = LINE_CLOSING;
	else if (is_rule(line.text))
		line.kind = LINE_RULE;
	else if (!read_heading(&line) && !read_prompt(&line) && !read_command(&line))
		(void)read_label(&line);
	*ret_line = line;
}

bool listing_is_version(struct slice text)
{
	unsigned dots = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.')
			dots++;
		else if (!is_digit(text.ptr[i]))
			return false;
	}
	return dots >= 2 && is_digit(text.ptr[0]) && is_digit(text.ptr[text.len - 1]);
}
