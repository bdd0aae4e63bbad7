/*
 * Sessions.xml and the files of single sessions beside it (Windows/servicing/Sessions): what
 * each session was asked to do to which package, and how it ended.
 *   Sessions / Session@id,client,lastSuccessfulState,Queued,Started,Complete,status
 *     Tasks / Phase@seq / package@id,name,targetState
 *     Actions / Phase@rebootRequired
 * Times are local, "2024/03/09/10:31:45"; status is a HRESULT. One real sample is known: names
 * are taken in any letter case, values as attributes or as elements of that name, and all of
 * them may be missing, the id in the name of a single session's file. A server's file may have 750
 * MB: it is handed over some sessions at a time. The words of a fact are the tags of its session
 * and of its package.
 */
#include <assert.h>

#include "base/path.h"
#include "parsers/stamp.h"
#include "parsers/xml.h"

#define MAX_TASKS 100000 /* of one session; they wait for its end, where Actions stand */
/* What waits to be handed over, between two sessions */
#define FLUSH_FACTS 1000
#define FLUSH_BYTES ((size_t)1 << 20)

enum {
	SESSIONS = 1,
	SESSION,
	TASKS,
	PHASE,
	TASK,
	ACTIONS,
	ACTION_PHASE,
	RESTART_VALUE,
	/* and from here on one number for each value of a task and of a session */
	TASK_VALUE,
	SESSION_VALUE = TASK_VALUE + 3,
};

/* Values of a session and of a task: where they go, in structures of slices. */
struct session_text {
	struct slice id, client, last_state, queued, started, complete, status;
};

struct task_text {
	struct slice id, name, target;
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct value {
	const char *name;
	size_t offset;
};

static const struct value session_values[] = {
	{ "id", offsetof(struct session_text, id) },
	{ "client", offsetof(struct session_text, client) },
	{ "lastSuccessfulState", offsetof(struct session_text, last_state) },
	{ "Queued", offsetof(struct session_text, queued) },
	{ "Started", offsetof(struct session_text, started) },
	{ "Complete", offsetof(struct session_text, complete) },
	{ "status", offsetof(struct session_text, status) },
};

static const struct value task_values[] = {
	{ "id", offsetof(struct task_text, id) },
	{ "name", offsetof(struct task_text, name) },
	{ "targetState", offsetof(struct task_text, target) },
};

static_assert(SESSION_VALUE - TASK_VALUE == COUNT(task_values), "numbers of values");

static const struct xml_known known[] = {
	{ SESSIONS, XML_DOCUMENT, false, "Sessions" },
	{ SESSION, SESSIONS, false, "Session" },
	{ SESSION, XML_DOCUMENT, false, "Session" },
	{ TASKS, SESSION, false, "Tasks" },
	{ PHASE, TASKS, false, "Phase" },
	{ TASK, PHASE, false, "package" },
	{ TASK, TASKS, false, "package" },
	{ ACTIONS, SESSION, false, "Actions" },
	{ ACTION_PHASE, ACTIONS, false, "Phase" },
	{ RESTART_VALUE, ACTION_PHASE, true, "rebootRequired" },
	{ SESSION_VALUE + 0, SESSION, true, "id" },
	{ SESSION_VALUE + 1, SESSION, true, "client" },
	{ SESSION_VALUE + 2, SESSION, true, "lastSuccessfulState" },
	{ SESSION_VALUE + 3, SESSION, true, "Queued" },
	{ SESSION_VALUE + 4, SESSION, true, "Started" },
	{ SESSION_VALUE + 5, SESSION, true, "Complete" },
	{ SESSION_VALUE + 6, SESSION, true, "status" },
	{ TASK_VALUE + 0, TASK, true, "id" },
	{ TASK_VALUE + 1, TASK, true, "name" },
	{ TASK_VALUE + 2, TASK, true, "targetState" },
};

struct sessions {
	struct parse_result *result;
	struct session_text session;
	size_t first; /* of the facts of the session that is open */
	bool is_open, needs_restart;
	struct slice words; /* the tag of the session */
	struct slice phase;
	bool has_task; /* its fact is the last one */
	struct task_text task;
};

static struct slice *member(void *structure, const struct value *value)
{
	return (struct slice *)(void *)((char *)structure + value->offset);
}

static void take_attributes(const struct xml_element *element, void *structure,
	const struct value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*member(structure, &values[i]) = slice_trim(xml_attribute(element, values[i].name));
}

/* A value that stands as an element; an attribute of that name comes first. */
static void take_text(struct sessions *sessions, unsigned id, struct slice text)
{
	struct slice *to = NULL;

	if (id - TASK_VALUE < COUNT(task_values))
		to = member(&sessions->task, &task_values[id - TASK_VALUE]);
	else if (id - SESSION_VALUE < COUNT(session_values))
		to = member(&sessions->session, &session_values[id - SESSION_VALUE]);
	if (to && !to->len)
		*to = arena_copy(&sessions->result->scratch, text);
}

/* Sessions */

/* "30018265_436341867.xml": the file of one session is named for it. */
static struct slice id_from_name(struct slice path)
{
	struct slice name = path_name(path);
	size_t dot = slice_find_last_char(name, '.');

	return dot == SLICE_MISSING ? name : slice_from_to(name, 0, dot);
}

static void begin_session(struct sessions *sessions, const struct xml_element *element)
{
	struct parse_result *result = sessions->result;

	*sessions = (struct sessions){
		.result = result,
		.first = result->fact_count,
		.is_open = true,
		.words = xml_words(element),
	};
	take_attributes(element, &sessions->session, session_values, COUNT(session_values));
}

static void set(struct fact *fact, const char *member_name, struct slice words)
{
	if (words.len)
		(void)field_set(fact, field_find(member_name), words);
}

static void fill(const struct session_text *session, struct fact *fact)
{
	set(fact, "session", session->id);
	set(fact, "code", session->status);
	fact->client = session->client;
	fact->function = session->last_state;
	fact->when = stamp_parse_loose(session->complete);
	fact->begun = stamp_parse_loose(session->started);
	if (fact->begun == NO_TIME)
		fact->begun = stamp_parse_loose(session->queued);
}

static void note_times(struct parse_result *result, const struct fact *fact)
{
	const int64_t times[] = { fact->begun, fact->when };

	for (size_t i = 0; i < COUNT(times); i++) {
		if (times[i] == NO_TIME)
			continue;
		if (result->first == NO_TIME || times[i] < result->first)
			result->first = times[i];
		if (result->last == NO_TIME || times[i] > result->last)
			result->last = times[i];
	}
}

/* At the end tag, or where the document breaks off. */
static void end_session(struct sessions *sessions)
{
	struct parse_result *result = sessions->result;
	struct fact whole = { .when = NO_TIME, .begun = NO_TIME };

	if (!sessions->session.id.len)
		sessions->session.id = id_from_name(result->name);
	fill(&sessions->session, &whole);
	note_times(result, &whole);
	for (size_t i = sessions->first; i < result->fact_count; i++) {
		struct fact *fact = &result->facts[i];

		fact->session = whole.session;
		fact->code = whole.code;
		fact->flags |= whole.flags;
		fact->client = whole.client;
		fact->function = whole.function;
		fact->when = whole.when;
		fact->begun = whole.begun;
		if (sessions->needs_restart)
			fact->flags |= FLAG_RESTART;
	}
	sessions->is_open = false;
}

/* Tasks */

static void begin_phase(struct sessions *sessions, const struct xml_element *element)
{
	sessions->phase = slice_trim(xml_attribute(element, "seq"));
}

static void begin_task(struct sessions *sessions, const struct xml_element *element)
{
	struct parse_result *result = sessions->result;
	struct fact *fact;

	sessions->has_task = false;
	if (result->fact_count - sessions->first == MAX_TASKS) {
		xml_complain(element, "more tasks in a session than the limit");
		return;
	}
	fact = xml_fact(element, FACT_SESSION_TASK);
	if (!fact)
		return;
	fact->words = xml_join_words(element, sessions->words, fact->words);
	sessions->has_task = true;
	take_attributes(element, &sessions->task, task_values, COUNT(task_values));
}

static void end_task(struct sessions *sessions)
{
	struct parse_result *result = sessions->result;
	struct fact *fact;

	if (!sessions->has_task)
		return;
	sessions->has_task = false;
	fact = &result->facts[result->fact_count - 1];
	fact->package = sessions->task.id;
	fact->identifier = sessions->task.name;
	fact->verb = sessions->phase;
	set(fact, "target", sessions->task.target);
}

static void begin_action_phase(struct sessions *sessions, const struct xml_element *element)
{
	if (xml_attribute_is(element, "rebootRequired", "true"))
		sessions->needs_restart = true;
}

static void begin(void *self, const struct xml_element *element)
{
	static void (*const handlers[])(struct sessions *, const struct xml_element *) = {
		[SESSION] = begin_session,
		[PHASE] = begin_phase,
		[TASK] = begin_task,
		[ACTION_PHASE] = begin_action_phase,
	};

	if (element->id < COUNT(handlers) && handlers[element->id])
		handlers[element->id](self, element);
}

static void end(void *self, unsigned id, struct slice text)
{
	struct sessions *sessions = self;
	struct parse_result *result = sessions->result;

	if (id == TASK)
		end_task(sessions);
	else if (id == RESTART_VALUE && slice_equal_nocase(text, SLICE("true")))
		sessions->needs_restart = true;
	else if (id >= TASK_VALUE)
		take_text(sessions, id, text);
	if (id != SESSION)
		return;
	end_session(sessions);
	if (result->flush &&
		(result->fact_count >= FLUSH_FACTS || result->scratch.used >= FLUSH_BYTES))
		parse_result_flush(result);
}

static const struct xml_format format = {
	.known = known,
	.known_count = COUNT(known),
	.nocase = true,
	.begin = begin,
	.end = end,
};

static void read_sessions(const struct byte_reader *bytes, struct parse_result *result)
{
	struct sessions sessions = { .result = result };

	(void)xml_read_stream(&format, bytes, &sessions, result);
	if (sessions.is_open) {
		end_task(&sessions);
		end_session(&sessions);
	}
	if (result->flush)
		parse_result_flush(result);
}

static unsigned bid(struct slice head)
{
	struct slice name = xml_tag_name(xml_first_tag(head));

	if (slice_equal_nocase(name, SLICE("Sessions")))
		return slice_find_nocase(head, SLICE("<Session ")) != SLICE_MISSING ? 96 : 48;
	if (slice_equal_nocase(name, SLICE("Session")))
		return slice_find_nocase(head, SLICE("<Tasks")) != SLICE_MISSING ? 96 : 40;
	return 0;
}

const struct parser parser_sessions_xml = {
	.name = "sessions-xml",
	.what = "Sessions.xml of the servicing stack, and the files of single sessions",
	.looked_for = "XML with the root 'Sessions' or 'Session'",
	.shape = PARSER_STREAM,
	.is_of_image = true,
	.bid = bid,
	.read_stream = read_sessions,
};
