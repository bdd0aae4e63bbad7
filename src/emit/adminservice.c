/*
 * The answer of ConfigMgr's AdminService to GET …/AdminService/wmi/<Class>: the envelope of OData
 * and an object an instance. Seen in a saved answer of one: the order of the keys, the etag out of
 * the instance's keys, and what stands in the __ properties. What only a site can know is left
 * out or null: the context begins at the service, not at a server.
 */
#include "emit/emitter.h"

#include <assert.h>
#include <inttypes.h>

#include "base/buf.h"
#include "emit/dmtf.h"
#include "emit/json_row.h"

#define BASE_CLASS "SMS_BaseClass"   /* of all classes of the SMS Provider */
#define MAX_KEYS   ((size_t)1 << 22) /* bytes of the keys of an instance */

struct answer {
	struct json json;
	struct buf text; /* the keys of an instance */
	enum status status;
};

static void put_text_key(struct answer *answer, const char *name, const char *value)
{
	json_key(&answer->json, name);
	json_text_or_null(&answer->json, value);
}

static void put_number_key(struct answer *answer, const char *name, int64_t value)
{
	json_key(&answer->json, name);
	json_int(&answer->json, value);
}

static void put_list_key(struct answer *answer, const char *name, const char *only)
{
	json_key(&answer->json, name);
	json_array(&answer->json);
	json_text(&answer->json, only);
	json_array_end(&answer->json);
}

/* The text that was gathered, as a value; a new one can be begun. */
static void put_gathered(struct answer *answer, const char *name)
{
	json_key(&answer->json, name);
	json_string(&answer->json, buf_slice(&answer->text));
	if (answer->text.status != ST_OK)
		answer->status = answer->text.status;
	buf_reset(&answer->text);
}

/* A key's value as a property of the answer prints it. */
static void gather_plain(
	struct buf *out, const struct row_value *value, const struct row_column *column)
{
	char when[MOMENT_TEXT];

	if (column->type == VALUE_INTEGER) {
		buf_printf(out, "%" PRId32, value->integer);
	} else if (column->type == VALUE_TEXT) {
		buf_put(out, value->text);
	} else {
		moment_print(value->when, when);
		buf_puts(out, when);
	}
}

/* As a path of WMI holds it: numbers bare, texts quoted, times as DMTF texts. */
static void gather_quoted(
	struct buf *out, const struct row_value *value, const struct row_column *column)
{
	char when[DMTF_TEXT];

	if (column->type == VALUE_INTEGER) {
		buf_printf(out, "%" PRId32, value->integer);
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; column->type == VALUE_TEXT && i < value->text.len; i++) {
		if (value->text.ptr[i] == '"' || value->text.ptr[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, value->text.ptr[i]);
	}
	if (column->type == VALUE_TIME) {
		dmtf_print(value->when, when);
		buf_puts(out, when);
	}
	buf_putc(out, '"');
}

/* "CAS00123;16777217": the columns are in alphabetical order, and so are the keys among them. */
static void put_etag(struct answer *answer, const struct row *row)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);
	const char *before = "";

	for (size_t i = 0; i < count; i++) {
		if (!columns[i].is_key)
			continue;
		buf_puts(&answer->text, before);
		gather_plain(&answer->text, &row->values[i], &columns[i]);
		before = ";";
	}
	put_gathered(answer, "@odata.etag");
}

/* SMS_ImageServicingProgress.ImagePackageID="CAS00123",ScheduleID=16777217 */
static void put_path(struct answer *answer, const struct row *row)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);
	char before = '.';

	buf_puts(&answer->text, row_class_name(row->row_class));
	for (size_t i = 0; i < count; i++) {
		if (!columns[i].is_key)
			continue;
		buf_printf(&answer->text, "%c%s=", before, columns[i].name);
		gather_quoted(&answer->text, &row->values[i], &columns[i]);
		before = ',';
	}
	put_gathered(answer, "__RELPATH");
}

static void put_system_head(struct answer *answer)
{
	put_list_key(answer, "__LAZYPROPERTIES", "__QUALIFIER_SECURITYVERBS");
	put_text_key(answer, "__QUALIFIER_SECURITYVERBS", "");
}

static void put_system_tail(struct answer *answer, const struct row *row)
{
	size_t count;

	(void)row_columns(row->row_class, &count);
	put_number_key(answer, "__GENUS", 2); /* an instance */
	put_text_key(answer, "__CLASS", row_class_name(row->row_class));
	put_text_key(answer, "__SUPERCLASS", BASE_CLASS);
	put_text_key(answer, "__DYNASTY", BASE_CLASS);
	put_path(answer, row);
	put_number_key(answer, "__PROPERTY_COUNT", (int64_t)count);
	put_list_key(answer, "__DERIVATION", BASE_CLASS);
	put_text_key(answer, "__SERVER", "");
	put_text_key(answer, "__NAMESPACE", "");
	put_text_key(answer, "__PATH", "");
}

static void put_instance(
	struct answer *answer, const struct row *row, const struct emit_options *options)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	json_line_object(&answer->json);
	put_etag(answer, row);
	if (options->system_properties)
		put_system_head(answer);
	for (size_t i = 0; i < count; i++) {
		json_key(&answer->json, columns[i].name);
		json_value(&answer->json, &row->values[i], columns[i].type);
	}
	if (options->system_properties)
		put_system_tail(answer, row);
	json_object_end(&answer->json);
}

static void put_answer(
	struct answer *answer, const struct report *report, const struct emit_options *options)
{
	struct slice context[] = { SLICE("AdminService/wmi/$metadata#"),
		slice_from(row_class_name(options->rows)) };

	json_object(&answer->json);
	json_key(&answer->json, "@odata.context");
	json_pieces(&answer->json, context, sizeof(context) / sizeof(context[0]));
	json_key(&answer->json, "value");
	json_array(&answer->json);
	for (size_t i = 0; i < report->row_count[options->rows]; i++)
		put_instance(answer, &report->rows[options->rows][i], options);
	json_array_end(&answer->json);
	json_object_end(&answer->json);
	json_newline(&answer->json);
}

static enum status emit_adminservice(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	struct answer answer = { .status = ST_OK };

	assert(options->part == EMIT_CLASS);
	json_init(&answer.json, to, JSON_PRETTY);
	buf_init(&answer.text, MAX_KEYS);
	put_answer(&answer, report, options);
	buf_release(&answer.text);
	if (answer.status != ST_OK)
		return answer.status;
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_adminservice = {
	.name = "adminservice",
	.extension = "odata",
	.what = "one class a file, as the AdminService answers",
	.one_class = true,
	.for_site = true,
	.emit = emit_adminservice,
};
