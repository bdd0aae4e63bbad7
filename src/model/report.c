/* Places of a report in words. */
#include "model/report.h"

#include <inttypes.h>
#include <stdio.h>

struct slice report_input_path(const struct report *report, uint32_t input)
{
	return input < report->input_count ? report->inputs[input].path : SLICE_NONE;
}

static const struct report_member *member_of(const struct report *report, struct place at)
{
	if (at.member == 0 || at.member >= report->member_count)
		return NULL;
	return &report->members[at.member];
}

struct slice report_member_path(const struct report *report, struct place at)
{
	const struct report_member *member = member_of(report, at);

	return member ? member->path : SLICE_NONE;
}

bool report_same_file(const struct report *report, struct place a, struct place b)
{
	return a.input == b.input &&
		slice_equal(report_member_path(report, a), report_member_path(report, b));
}

bool report_in_stream(const struct report *report, struct place at)
{
	const struct report_member *member = member_of(report, at);

	if (member)
		return member->in_stream;
	return at.input < report->input_count && report->inputs[at.input].in_stream;
}

void report_place(const struct report *report, struct place at, struct place_text *ret_text)
{
	*ret_text = (struct place_text){ .line = "" };
	if (at.input >= report->input_count)
		return;
	ret_text->pieces[0] = report_input_path(report, at.input);
	ret_text->pieces[1] = report_member_path(report, at);
	if (at.line == 0)
		return;
	(void)snprintf(ret_text->line, sizeof(ret_text->line), ":%" PRIu64, at.line);
	ret_text->pieces[2] = slice_from(ret_text->line);
}
