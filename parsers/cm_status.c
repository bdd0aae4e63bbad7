/* STATMSG: split from the right, then read by its ID. */
#include "parsers/cm_status.h"

#include "parsers/cm_id.h"

#define STRING_COUNT      10
#define MAX_ATTRIBUTES    10
#define AID_PACKAGE       SLICE("400")
#define FIRST_ID_OF_SITES UINT64_C(0x01000000) /* schedules and updates are numbered from here */
#define COMPONENT         SLICE("SMS_OFFLINE_SERVICING_MANAGER")

struct status_message {
	struct slice head; /* up to the first ISTR */
	struct slice strings[STRING_COUNT];
	struct slice package; /* of an attribute 400 */
	bool is_whole;        /* NUMATTRS stands behind the strings */
};

/* The last place of `what`, which begins with a blank. */
static size_t find_last(struct slice s, struct slice what)
{
	size_t end = s.len;

	while (end) {
		size_t at = slice_find_last_char(slice_from_to(s, 0, end), ' ');

		if (at == SLICE_MISSING || slice_starts(slice_skip(s, at), what))
			return at;
		end = at;
	}
	return SLICE_MISSING;
}

/* Cuts " <name><number>=" off the right end of *s: what stands behind it, without a quote at
 * either end. */
static bool take_last(struct slice *s, const char *name, char number, struct slice *ret_value)
{
	char words[16] = " ";
	size_t len = strlen(name), at;
	struct slice value;

	memcpy(words + 1, name, len);
	words[len + 1] = number;
	words[len + 2] = '=';
	at = find_last(*s, (struct slice){ words, len + 3 });
	if (at == SLICE_MISSING)
		return false;
	value = slice_trim(slice_skip(*s, at + len + 3));
	if (slice_starts(value, SLICE("\"")))
		value = slice_skip(value, 1);
	if (value.len && value.ptr[value.len - 1] == '"')
		value.len--;
	*ret_value = value;
	s->len = at;
	return true;
}

/* "NUMATTRS=1 AID0=400 AVAL0="PS10000A"": the last such words that nothing but attributes
 * follows. Leaves what stands before. */
static bool take_attributes(struct slice *s, struct slice *ret_attributes)
{
	struct slice before = *s, rest;
	size_t at;

	while ((at = find_last(before, SLICE(" NUMATTRS="))) != SLICE_MISSING) {
		size_t digits = 0;

		rest = slice_skip(*s, at + 10);
		while (digits < rest.len && is_digit(rest.ptr[digits]))
			digits++;
		rest = slice_skip(rest, digits);
		if (!slice_trim(rest).len || slice_starts(rest, SLICE(" AID0="))) {
			*ret_attributes = rest;
			s->len = at;
			return true;
		}
		before.len = at;
	}
	return false;
}

static void split_attributes(struct slice rest, struct status_message *message)
{
	for (size_t i = MAX_ATTRIBUTES; i-- > 0;) {
		char number = (char)('0' + i);
		struct slice value, id;

		if (!take_last(&rest, "AVAL", number, &value))
			continue;
		if (take_last(&rest, "AID", number, &id) && slice_equal(id, AID_PACKAGE))
			message->package = value;
	}
}

static void split(struct slice words, struct status_message *message)
{
	struct slice attributes;

	*message = (struct status_message){ 0 };
	message->is_whole = take_attributes(&words, &attributes);
	if (message->is_whole)
		split_attributes(attributes, message);
	for (size_t i = STRING_COUNT; i-- > 0;)
		(void)take_last(&words, "ISTR", (char)('0' + i), &message->strings[i]);
	message->head = words;
}

/* The word behind " KEY=" in the head. */
static struct slice head_word(struct slice head, struct slice key)
{
	size_t at = slice_find(head, key);
	struct slice rest;

	if (at == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(head, at + key.len);
	return slice_cut(&rest, ' ');
}

/* PID and TID of a copy may be masked: they are no ids that anybody asks for. */
static uint32_t process_number(struct slice word)
{
	uint32_t number = 0;

	(void)slice_to_u32(word, 10, &number);
	return number;
}

static int month_number(struct slice word)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (slice_equal_nocase(word, (struct slice){ months + 3 * (size_t)i, 3 }))
			return i + 1;
	return 0;
}

static int small_number(struct slice word)
{
	uint32_t number;

	return slice_to_u32(word, 10, &number) && number <= 9999 ? (int)number : -1;
}

/* "Fri May 11 15:20:43.056 2018". Weekdays are written in the server's language, so they are
 * not looked at; a month in another language is none. */
static int64_t parse_gmt_date(struct slice words)
{
	struct slice rest = slice_trim(words);
	struct slice parts[5];
	struct slice clock;
	struct civil civil;

	for (size_t i = 0; i < 5; i++) {
		rest = slice_trim(rest);
		parts[i] = slice_cut(&rest, ' ');
	}
	clock = slice_from_to(parts[3], 0, 8); /* milliseconds are dropped */
	if (clock.len != 8 || clock.ptr[2] != ':' || clock.ptr[5] != ':')
		return NO_TIME;
	civil = (struct civil){
		.year = small_number(parts[4]),
		.month = month_number(parts[1]),
		.day = small_number(parts[2]),
		.hour = small_number(slice_from_to(clock, 0, 2)),
		.minute = small_number(slice_from_to(clock, 3, 5)),
		.second = small_number(slice_from_to(clock, 6, 8)),
	};
	return civil_to_seconds(&civil);
}

static void read_head(struct slice head, struct fact *fact)
{
	size_t site = slice_find(head, SLICE(" SITE=")); /* SYS may be anything, with blanks */
	size_t date = find_last(head, SLICE(" GMTDATE="));
	struct slice rest = site == SLICE_MISSING ? head : slice_skip(head, site + 1);
	struct slice tid = head_word(rest, SLICE(" TID="));
	int64_t utc = NO_TIME;

	fact->name = head_word(head, SLICE(" ID="));
	fact->verb = head_word(head, SLICE(" SEV="));
	fact->pid = process_number(head_word(rest, SLICE(" PID=")));
	if (process_number(tid))
		fact->tid = process_number(tid);
	if (date != SLICE_MISSING)
		utc = parse_gmt_date(slice_skip(head, date + 9));
	if (utc != NO_TIME) {
		fact->utc = utc;
		fact->flags |= FLAG_GMTDATE;
	}
}

static bool is_number(struct slice word, uint64_t *ret_number)
{
	return slice_to_u64(word, 10, ret_number);
}

/* Of nothing but digits it is as likely a schedule. */
static bool is_package(struct slice word)
{
	uint64_t number;

	return cm_is_package_id(word) && !is_number(word, &number);
}

/* 7913, as KB4517870 shows it. */
static void read_unmount_failed(const struct status_message *message, struct fact *fact)
{
	cm_set_package(fact, message->strings[0]);
	cm_set_index(fact, message->strings[1]);
	fact->image = message->strings[2];
	if (cm_is_redacted(fact->image))
		fact->flags |= FLAG_REDACTED;
	cm_set_code(fact, message->strings[3]);
}

/* Any other: a package is known by its shape; a small number right behind it is the index; a
 * large one is a schedule, behind a package an update; what an error ends with is its code. */
static void read_any(const struct status_message *message, struct fact *fact)
{
	size_t last = STRING_COUNT;
	uint64_t number;

	while (last && !message->strings[last - 1].len)
		last--;
	fact->flags |= FLAG_RECALL;
	for (size_t i = 0; i < last; i++) {
		struct slice word = message->strings[i];

		if (is_package(word) && !fact->identifier.len)
			fact->identifier = word;
		else if (!is_number(word, &number) || number > INT32_MAX)
			continue;
		else if (number >= FIRST_ID_OF_SITES && !fact->identifier.len)
			fact->schedule = (uint32_t)number;
		else if (number >= FIRST_ID_OF_SITES)
			fact->ci = (uint32_t)number;
		else if (i && is_package(message->strings[i - 1]))
			cm_set_index(fact, word);
		else if (i + 1 == last && slice_equal(fact->verb, SLICE("E")))
			cm_set_code(fact, word);
	}
	if (!fact->identifier.len && is_package(message->package))
		fact->identifier = message->package;
}

bool cm_status_is(struct slice message)
{
	return slice_starts(message, SLICE("STATMSG: "));
}

static bool is_ours(struct slice head)
{
	size_t at = slice_find(head, SLICE(" COMP=\""));
	struct slice rest;

	if (at == SLICE_MISSING)
		return false;
	rest = slice_skip(head, at + 7);
	return slice_equal_nocase(slice_cut(&rest, '"'), COMPONENT);
}

bool cm_status_read(struct slice words, bool is_cut, struct fact *fact)
{
	struct status_message message;

	split(words, &message);
	if (!is_ours(message.head) || (is_cut && !message.is_whole))
		return false;
	read_head(message.head, fact);
	if (!fact->name.len)
		return false;
	fact->kind = FACT_SITE_STATUS;
	if (slice_equal(fact->name, SLICE("7900")))
		fact->schedule = cm_number(fact, message.strings[0]);
	else if (slice_equal(fact->name, SLICE("7913")))
		read_unmount_failed(&message, fact);
	else
		read_any(&message, fact);
	return true;
}
