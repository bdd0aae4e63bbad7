/* Command lines of dism.exe and parameter lists of the DISM API. */
#include "parsers/command_line.h"

#define ONLINE_IMAGE SLICE("DISM_{53BFAE52-B167-4E2F-A258-0A37B57FF845}")

/* What a verb means. Words that begin with "get-" or "check-" and are not here: queries. */
static const struct verb {
	const char *name;
	uint32_t flags;
} verbs[] = {
	{ "mount-wim", 0 },
	{ "mount-image", 0 },
	{ "remount-wim", 0 },
	{ "remount-image", 0 },
	{ "commit-wim", FLAG_COMMIT },
	{ "commit-image", FLAG_COMMIT },
	{ "unmount-wim", 0 },
	{ "unmount-image", 0 },
	{ "add-package", FLAG_ADD },
	{ "remove-package", FLAG_REMOVE },
	{ "enable-feature", 0 },
	{ "disable-feature", 0 },
	{ "add-capability", 0 },
	{ "remove-capability", 0 },
	{ "add-driver", 0 },
	{ "remove-driver", 0 },
	{ "export-driver", FLAG_QUERY },
	{ "add-provisionedappxpackage", 0 },
	{ "remove-provisionedappxpackage", 0 },
	{ "set-provisionedappxdatafile", 0 },
	{ "optimize-provisionedappxpackages", 0 },
	{ "apply-unattend", 0 },
	{ "apply-image", 0 },
	{ "apply-ffu", 0 },
	{ "apply-siloedpackage", 0 },
	{ "append-image", 0 },
	{ "capture-image", 0 },
	{ "capture-ffu", 0 },
	{ "capture-customimage", 0 },
	{ "export-image", 0 },
	{ "delete-image", 0 },
	{ "split-image", 0 },
	{ "split-ffu", 0 },
	{ "optimize-image", 0 },
	{ "optimize-ffu", 0 },
	{ "cleanup-image", 0 },
	{ "cleanup-wim", 0 },
	{ "cleanup-mountpoints", 0 },
	{ "revert-image", 0 },
	{ "set-edition", 0 },
	{ "set-productkey", 0 },
	{ "set-targetpath", 0 },
	{ "set-scratchspace", 0 },
	{ "set-bootable", 0 },
	{ "set-osuninstallwindow", 0 },
	{ "set-reservedstoragestate", 0 },
	{ "set-allintl", 0 },
	{ "set-uilang", 0 },
	{ "set-skuintldefaults", 0 },
	{ "set-syslocale", 0 },
	{ "set-userlocale", 0 },
	{ "set-inputlocale", 0 },
	{ "set-timezone", 0 },
	{ "enable-profile", 0 },
	{ "import-defaultappassociations", 0 },
	{ "remove-defaultappassociations", 0 },
	{ "export-defaultappassociations", FLAG_QUERY },
	{ "list-image", FLAG_QUERY },
	{ "verify-image", FLAG_QUERY },
	{ "?", FLAG_QUERY },
	{ "help", FLAG_QUERY },
};

/* Options that qualify a verb: a slice field of the fact, or flags. */
static const struct option {
	const char *name;
	size_t offset; /* of a struct slice in struct fact; 0: none */
	uint32_t flags;
} options[] = {
	{ "image", offsetof(struct fact, image), 0 },
	{ "mountdir", offsetof(struct fact, image), 0 },
	{ "applydir", offsetof(struct fact, image), 0 },
	{ "capturedir", offsetof(struct fact, image), 0 },
	{ "wimfile", offsetof(struct fact, wim), 0 },
	{ "imagefile", offsetof(struct fact, wim), 0 },
	{ "sourceimagefile", offsetof(struct fact, wim), 0 },
	{ "packagepath", offsetof(struct fact, path), 0 },
	{ "destinationimagefile", offsetof(struct fact, path), 0 },
	{ "packagename", offsetof(struct fact, package), 0 },
	{ "name", offsetof(struct fact, name), 0 },
	{ "featurename", offsetof(struct fact, update), 0 },
	{ "capabilityname", offsetof(struct fact, update), 0 },
	{ "online", 0, FLAG_ONLINE },
	{ "readonly", 0, FLAG_READ_ONLY },
	{ "commit", 0, FLAG_COMMIT },
	{ "discard", 0, FLAG_DISCARD },
	{ "checkhealth", 0, FLAG_QUERY },
	{ "scanhealth", 0, FLAG_QUERY },
	{ "analyzecomponentstore", 0, FLAG_QUERY },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct slice unquote(struct slice s)
{
	if (s.len && s.ptr[0] == '"')
		s = slice_skip(s, 1);
	if (s.len && s.ptr[s.len - 1] == '"')
		s.len--;
	return s;
}

/* The next word; blanks inside quotes are part of it, wherever the quotes stand. */
static struct slice next_word(struct slice *rest)
{
	size_t at = 0;
	bool quoted = false;
	struct slice word;

	while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
		*rest = slice_skip(*rest, 1);
	while (at < rest->len &&
		(quoted ||
			(rest->ptr[at] != ' ' && rest->ptr[at] != '\t' && rest->ptr[at] != '\r' &&
				rest->ptr[at] != '\n')))
		quoted ^= rest->ptr[at++] == '"';
	word = slice_from_to(*rest, 0, at);
	*rest = at < rest->len ? slice_skip(*rest, at) : SLICE_NONE;
	return word;
}

static const struct verb *find_verb(struct slice name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (slice_equal_nocase(name, slice_from(verbs[i].name)))
			return &verbs[i];
	return NULL;
}

static bool is_query_name(struct slice name)
{
	return slice_starts_nocase(name, SLICE("get-")) ||
		slice_starts_nocase(name, SLICE("check-"));
}

static void set_option(struct fact *fact, struct slice name, struct slice value)
{
	if (slice_equal_nocase(name, SLICE("index"))) {
		if (slice_to_u32(value, 10, &fact->index))
			fact->flags |= FLAG_HAS_INDEX;
		return;
	}
	for (size_t i = 0; i < COUNT(options); i++) {
		struct slice *member;

		if (!slice_equal_nocase(name, slice_from(options[i].name)))
			continue;
		fact->flags |= options[i].flags;
		if (!options[i].offset)
			return;
		member = (struct slice *)((char *)fact + options[i].offset);
		if (member->len == 0)
			*member = value;
		return;
	}
}

/* "/Name", "/Name:value", "/Name=value". */
static void take_word(struct fact *fact, struct slice word)
{
	struct slice name, value;
	size_t end = 1;
	const struct verb *verb;

	if (word.len > 2 && word.ptr[0] == '"' && (word.ptr[1] == '/' || word.ptr[1] == '-'))
		word = unquote(word); /* "/MountDir:C:\My Mount", as PowerShell passes it */
	if (word.len < 2 || (word.ptr[0] != '/' && word.ptr[0] != '-'))
		return;
	while (end < word.len && word.ptr[end] != ':' && word.ptr[end] != '=')
		end++;
	name = slice_from_to(word, 1, end);
	value = unquote(slice_skip(word, end + 1));
	verb = find_verb(name);
	if (!fact->verb.len && (verb || is_query_name(name))) {
		fact->verb = name;
		fact->flags |= verb ? verb->flags : FLAG_QUERY;
		return;
	}
	set_option(fact, name, value);
}

void command_line_parse(struct fact *fact, struct slice words)
{
	struct slice rest = words;

	(void)next_word(&rest); /* the program itself */
	while (rest.len) {
		struct slice word = next_word(&rest);

		if (!word.len)
			break;
		take_word(fact, word);
	}
	if (!fact->verb.len)
		fact->flags |= FLAG_QUERY;
}

/* API functions and the verbs of dism.exe that do the same. */
static const struct {
	const char *function;
	const char *verb;
	uint32_t flags;
} api_functions[] = {
	{ "DismOpenSessionInternal", "open-session", FLAG_QUERY },
	{ "DismCloseSessionInternal", "close-session", FLAG_QUERY },
	{ "DismInitializeInternal", "initialize", FLAG_QUERY },
	{ "DismShutdownInternal", "shutdown", FLAG_QUERY },
	{ "DismDeleteInternal", "delete", FLAG_QUERY },
	{ "DismMountImageInternal", "mount-image", 0 },
	{ "DismRemountImageInternal", "remount-image", 0 },
	{ "DismCommitImageInternal", "commit-image", FLAG_COMMIT },
	{ "DismUnmountImageInternal", "unmount-image", 0 },
	{ "DismAddPackageInternal", "add-package", FLAG_ADD },
	{ "DismRemovePackageInternal", "remove-package", FLAG_REMOVE },
	{ "DismEnableFeatureInternal", "enable-feature", 0 },
	{ "DismDisableFeatureInternal", "disable-feature", 0 },
	{ "DismAddCapabilityInternal", "add-capability", 0 },
	{ "DismRemoveCapabilityInternal", "remove-capability", 0 },
	{ "DismAddDriverInternal", "add-driver", 0 },
	{ "DismRemoveDriverInternal", "remove-driver", 0 },
	{ "DismAddProvisionedAppxPackageInternal", "add-provisionedappxpackage", 0 },
	{ "DismRemoveProvisionedAppxPackageInternal", "remove-provisionedappxpackage", 0 },
	{ "DismRestoreImageHealthInternal", "restore-image-health", 0 },
	{ "DismCheckImageHealthInternal", "check-image-health", FLAG_QUERY },
	{ "DismCleanupMountpointsInternal", "cleanup-mountpoints", 0 },
	{ "DismApplyUnattendInternal", "apply-unattend", 0 },
	{ "DismGetPackagesInternal", "get-packages", FLAG_QUERY },
	{ "DismCleanupImageInternal", "cleanup-image", 0 },
};

struct slice api_verb(struct slice function, uint32_t *ret_flags)
{
	*ret_flags = FLAG_QUERY;
	for (size_t i = 0; i < COUNT(api_functions); i++) {
		if (!slice_equal(function, slice_from(api_functions[i].function)))
			continue;
		*ret_flags = api_functions[i].flags;
		return slice_from(api_functions[i].verb);
	}
	return function;
}

static void set_parameter(struct fact *fact, struct slice key, struct slice value)
{
	static const struct {
		const char *key;
		size_t offset;
	} keys[] = {
		{ "Session", offsetof(struct fact, identifier) },
		{ "DismSession", offsetof(struct fact, identifier) },
		{ "ImagePath", offsetof(struct fact, image) },
		{ "MountPath", offsetof(struct fact, image) },
		{ "ImageFilePath", offsetof(struct fact, wim) },
		{ "PackagePath", offsetof(struct fact, path) },
		{ "Identifier", offsetof(struct fact, package) },
		{ "PackageName", offsetof(struct fact, package) },
		{ "FeatureName", offsetof(struct fact, update) },
		{ "Name", offsetof(struct fact, name) },
		{ "ImageName", offsetof(struct fact, name) },
	};

	if (slice_equal(value, SLICE("(null)")))
		return;
	for (size_t i = 0; i < COUNT(keys); i++)
		if (slice_equal_nocase(key, slice_from(keys[i].key)))
			*(struct slice *)((char *)fact + keys[i].offset) = value;
	if (slice_equal_nocase(key, SLICE("ImageIndex")) && slice_to_u32(value, 10, &fact->index))
		fact->flags |= FLAG_HAS_INDEX;
}

/* Flags of mount and unmount: a number (DISM_COMMIT_IMAGE 0, DISM_DISCARD_IMAGE 1,
 * DISM_MOUNT_READONLY 1) or words; matched loosely, no real line is known. */
static void set_api_flags(struct fact *fact, struct slice key, struct slice value)
{
	bool is_unmount = slice_equal(fact->verb, SLICE("unmount-image"));
	bool is_mount = slice_equal(fact->verb, SLICE("mount-image"));
	uint32_t number = 0;
	bool is_number = slice_starts(value, SLICE("0x"))
		? slice_to_u32(slice_skip(value, 2), 16, &number)
		: slice_to_u32(value, 10, &number);

	if (slice_equal_nocase(key, SLICE("ReadOnly")) && is_mount &&
		(number || value.ptr[0] == 'T'))
		fact->flags |= FLAG_READ_ONLY;
	if (!slice_equal_nocase(key, SLICE("Flags")))
		return;
	if (is_mount &&
		((is_number && (number & 1)) ||
			slice_find_nocase(value, SLICE("readonly")) != SLICE_MISSING))
		fact->flags |= FLAG_READ_ONLY;
	if (is_unmount && is_number)
		fact->flags |= number & 1 ? FLAG_DISCARD : FLAG_COMMIT;
}

/* The value ends at ", Key:" or at the end of the line: paths may hold commas. */
static size_t value_end(struct slice rest)
{
	for (size_t at = 0; at < rest.len; at++) {
		size_t key;

		if (rest.ptr[at] == '\r' || rest.ptr[at] == '\n')
			return at;
		if (rest.ptr[at] != ',')
			continue;
		key = at + 1;
		while (key < rest.len &&
			(rest.ptr[key] == ' ' || rest.ptr[key] == '\t' || rest.ptr[key] == '\r' ||
				rest.ptr[key] == '\n'))
			key++;
		if (key == rest.len)
			return at;
		while (key < rest.len &&
			((rest.ptr[key] | 32) >= 'a' && (rest.ptr[key] | 32) <= 'z'))
			key++;
		if (key < rest.len && rest.ptr[key] == ':' && rest.ptr[key - 1] != ' ')
			return at;
	}
	return rest.len;
}

void api_parameters_parse(struct fact *fact, struct slice words)
{
	struct slice rest = words;

	if (fact->function.len) {
		uint32_t flags;

		fact->verb = api_verb(fact->function, &flags);
		fact->flags |= flags;
	}
	while (rest.len) {
		struct slice key, value;
		size_t end;

		rest = slice_trim(rest);
		while (rest.len && rest.ptr[0] == ',')
			rest = slice_trim(slice_skip(rest, 1));
		key = slice_cut(&rest, ':');
		end = value_end(rest);
		value = slice_trim(slice_from_to(rest, 0, end));
		rest = slice_skip(rest, end);
		if (value.len) {
			set_parameter(fact, slice_trim(key), value);
			set_api_flags(fact, slice_trim(key), value);
		}
	}
	if (slice_equal_nocase(fact->image, ONLINE_IMAGE)) {
		fact->flags |= FLAG_ONLINE;
		fact->image = SLICE_NONE;
	}
}
