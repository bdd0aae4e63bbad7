/*
 * CIM-XML (DSP0201): a declaration of instances, valid against the DTD of DSP0203.
 *
 *	CIM / DECLARATION / DECLGROUP / VALUE.OBJECT / INSTANCE / PROPERTY / VALUE
 *
 * A property without a value is a PROPERTY without a VALUE. No namespace is named: it would be
 * that of a site that nobody named. Written as it goes, an instance at a time.
 */
#include "emit/emitter.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>

#include "base/buf.h"
#include "emit/dmtf.h"
#include "emit/utf8.h"

#define MAX_RUN ((size_t)1 << 16) /* bytes of text handed over at once */

struct cim {
	xmlTextWriterPtr writer;
	struct buf run; /* characters that stand as they are */
	bool failed;    /* libxml2 ran out of memory */
};

static const char *const types[] = {
	[VALUE_INTEGER] = "sint32",
	[VALUE_TEXT] = "string",
	[VALUE_TIME] = "datetime",
};

static void check(struct cim *cim, int result)
{
	cim->failed |= result < 0;
}

static const xmlChar *xml(const char *text)
{
	return (const xmlChar *)text;
}

/* Each element that holds elements begins a line. */
static void start(struct cim *cim, const char *indent, const char *name)
{
	check(cim, xmlTextWriterWriteRaw(cim->writer, xml(indent)));
	check(cim, xmlTextWriterStartElement(cim->writer, xml(name)));
}

static void end(struct cim *cim, const char *indent)
{
	if (indent)
		check(cim, xmlTextWriterWriteRaw(cim->writer, xml(indent)));
	check(cim, xmlTextWriterEndElement(cim->writer));
}

static void attribute(struct cim *cim, const char *name, const char *value)
{
	check(cim, xmlTextWriterWriteAttribute(cim->writer, xml(name), xml(value)));
}

static void flush(struct cim *cim)
{
	if (cim->run.status != ST_OK)
		cim->failed = true;
	else if (cim->run.len)
		check(cim, xmlTextWriterWriteString(cim->writer, xml(cim->run.ptr)));
	buf_reset(&cim->run);
}

/* https://www.w3.org/TR/xml/#charsets: what a document cannot hold, not even as a reference. */
static bool is_no_xml(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

/* How many characters from the start on are printable ASCII; at most what a run takes. */
static size_t plain_run(struct slice text)
{
	size_t len = 0;

	while (len < text.len && len < MAX_RUN / 2 && text.ptr[len] >= 0x20 && text.ptr[len] < 0x7F)
		len++;
	return len;
}

/*
 * Control characters that XML has, and marks that turn the writing direction, are references:
 * no reader takes them for blanks, no terminal obeys them.
 */
static void put_text(struct cim *cim, struct slice text)
{
	while (text.len) {
		struct slice before = text;
		size_t plain = plain_run(text);
		uint32_t c;

		buf_put(&cim->run, slice_from_to(text, 0, plain));
		if (cim->run.len > MAX_RUN / 2)
			flush(cim);
		text = slice_skip(text, plain);
		if (!text.len || plain)
			continue;
		c = utf8_next(&text);
		if (is_no_xml(c) || c == UTF8_REPLACEMENT) {
			buf_puts(&cim->run, "\xEF\xBF\xBD");
		} else if (utf8_is_control(c)) {
			flush(cim);
			check(cim, xmlTextWriterWriteFormatRaw(cim->writer, "&#x%" PRIX32 ";", c));
		} else {
			buf_put(&cim->run, slice_from_to(before, 0, before.len - text.len));
		}
	}
	flush(cim);
}

static void put_value(struct cim *cim, const struct row_value *value, enum value_type type)
{
	char text[DMTF_TEXT];

	check(cim, xmlTextWriterStartElement(cim->writer, xml("VALUE")));
	if (type == VALUE_TEXT) {
		put_text(cim, value->text);
	} else {
		if (type == VALUE_INTEGER)
			snprintf(text, sizeof(text), "%" PRId32, value->integer);
		else
			dmtf_print(value->when, text);
		check(cim, xmlTextWriterWriteString(cim->writer, xml(text)));
	}
	end(cim, NULL);
}

static void put_instance(struct cim *cim, const struct row *row)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	start(cim, "\n", "VALUE.OBJECT");
	start(cim, "\n", "INSTANCE");
	attribute(cim, "CLASSNAME", row_class_name(row->row_class));
	for (size_t i = 0; i < count; i++) {
		start(cim, "\n\t", "PROPERTY");
		attribute(cim, "NAME", columns[i].name);
		attribute(cim, "TYPE", types[columns[i].type]);
		if (!value_is_null(&row->values[i], columns[i].type))
			put_value(cim, &row->values[i], columns[i].type);
		end(cim, NULL);
	}
	end(cim, "\n");
	end(cim, "\n");
}

static void put_document(
	struct cim *cim, const struct report *report, const struct emit_options *options)
{
	check(cim, xmlTextWriterStartDocument(cim->writer, "1.0", "UTF-8", NULL));
	start(cim, "", "CIM");
	attribute(cim, "CIMVERSION", "2.0");
	attribute(cim, "DTDVERSION", "2.0");
	start(cim, "\n", "DECLARATION");
	start(cim, "\n", "DECLGROUP");
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++)
		if (options->part == EMIT_ALL || (enum row_class) class == options->rows)
			for (size_t i = 0; i < report->row_count[class] && !cim->failed; i++)
				put_instance(cim, &report->rows[class][i]);
	end(cim, "\n");
	end(cim, "\n");
	end(cim, "\n");
	check(cim, xmlTextWriterEndDocument(cim->writer));
}

/* The FILE keeps its error; told of it, libxml2 would print. */
static int write_bytes(void *to, const char *bytes, int len)
{
	fwrite_unlocked(bytes, 1, (size_t)len, to);
	return len;
}

/* The writer's own output, which it closes with itself. */
static xmlTextWriterPtr new_writer(FILE *to)
{
	xmlOutputBufferPtr output = xmlOutputBufferCreateIO(write_bytes, NULL, to, NULL);
	xmlTextWriterPtr writer = output ? xmlNewTextWriter(output) : NULL;

	if (output && !writer)
		xmlOutputBufferClose(output);
	return writer;
}

static enum status emit_cim_xml(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	struct cim cim = { .writer = new_writer(to) };

	if (!cim.writer)
		return ST_NOMEM;
	buf_init(&cim.run, MAX_RUN);
	put_document(&cim, report, options);
	buf_release(&cim.run);
	xmlFreeTextWriter(cim.writer);
	if (cim.failed)
		return ST_NOMEM;
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_cim_xml = {
	.name = "cim-xml",
	.extension = "xml",
	.what = "instances as XML, DSP0201",
	.for_site = true,
	.emit = emit_cim_xml,
};
