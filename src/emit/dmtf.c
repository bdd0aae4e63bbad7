/* Datetimes as WMI writes them. */
#include "emit/dmtf.h"

#include <string.h>

#include "base/text.h"

/* The same digits as everywhere, without the marks between them. */
void dmtf_print(struct moment when, char ret_text[DMTF_TEXT])
{
	static const char utc[] = ".000000+000", local[] = ".000000+***";
	char text[MOMENT_TEXT];
	size_t len = 0;

	moment_print(when, text);
	for (const char *c = text; *c; c++)
		if (is_digit(*c))
			ret_text[len++] = *c;
	ret_text[len] = '\0';
	if (len)
		memcpy(ret_text + len, strchr(text, 'Z') ? utc : local, sizeof(utc));
}

bool value_is_null(const struct row_value *value, enum value_type type)
{
	char text[MOMENT_TEXT] = "-";

	if (type == VALUE_TIME)
		moment_print(value->when, text);
	return value->is_null || !*text;
}
