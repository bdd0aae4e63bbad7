/* dismal formats: what this build reads and writes, and what it lacks. */
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <zlib.h>
#ifdef WITH_CRYPTO
#include <openssl/crypto.h>
#endif
#ifdef WITH_WIM
#include <wimlib.h>
#endif
#ifdef WITH_ARCHIVE
#include <archive.h>
#endif
#ifdef WITH_JSON
#include <jansson.h>
#endif

#include "cmd.h"

#include "message.h"
#include "outcome.h"
#include "output.h"
#include "version.h"

/* Parts that a build can be without: one row an option of CMakeLists.txt. */
static const struct part {
	const char *option, *what, *package;
	bool present;
} parts[] = {
	{ "WITH_CRYPTO", "SHA-256 of inputs", "libssl-dev", HAS_CRYPTO },
	{ "WITH_WIM", "contents of WIM, ESD and SWM", "libwim-dev", HAS_WIM },
	{ "WITH_ARCHIVE", "CAB, MSU, ZIP, TAR, 7z, xz, zstd, bzip2", "libarchive-dev",
		HAS_ARCHIVE },
	{ "WITH_HIVE", "registry hives", "libhivex-dev", HAS_HIVE },
	{ "WITH_JSON", "JSON exports of PowerShell", "libjansson-dev", HAS_JSON },
};

#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static void print_readers(FILE *to)
{
	fputs("reads:\n", to);
	for (const struct reader_info *at = run_readers(); at->name; at++)
		fprintf(to, "  %-18s %s\n", at->name, at->what);
	fprintf(to, "  each also compressed with gzip%s; '--as NAME' forces one\n",
		HAS_ARCHIVE ? ", xz, zstd or bzip2" : "");
}

static void print_emitters(FILE *to)
{
	fputs("\nwrites:\n", to);
	for (const struct emitter *const *at = emitter_all(); *at; at++)
		fprintf(to, "  %-12s .%-8s %s\n", (*at)->name, (*at)->extension, (*at)->what);
}

static void print_library(FILE *to, const char *name, const char *version)
{
	fprintf(to, "  %-12s %s\n", name, version);
}

/* The versions that run, not those that the program was built with; libhivex tells none. */
static void print_libraries(FILE *to)
{
	char pcre2[64] = "";
	long xml = strtol(xmlParserVersion, NULL, 10); /* 20914: 2.9.14 */

	pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
	fprintf(to, "\nlibraries:\n  libxml2      %ld.%ld.%ld\n", xml / 10000, xml / 100 % 100,
		xml % 100);
	print_library(to, "pcre2", pcre2);
	print_library(to, "zlib", zlibVersion());
#ifdef WITH_CRYPTO
	print_library(to, "libcrypto", OpenSSL_version(OPENSSL_VERSION_STRING));
#endif
#ifdef WITH_WIM
	fprintf(to, "  libwim       %u.%u.%u\n", wimlib_get_version() >> 20,
		wimlib_get_version() >> 10 & 1023, wimlib_get_version() & 1023);
#endif
#ifdef WITH_ARCHIVE
	print_library(to, "libarchive", archive_version_string() + strlen("libarchive "));
#endif
#ifdef WITH_JSON
	print_library(to, "jansson", jansson_version_str());
#endif
}

static void print_parts(FILE *to)
{
	fputs("\nparts of this build:\n", to);
	for (size_t i = 0; i < PART_COUNT; i++)
		if (parts[i].present)
			fprintf(to, "  with     %s (%s)\n", parts[i].what, parts[i].option);
		else
			fprintf(to, "  without  %s: install %s and build with -D%s=ON\n",
				parts[i].what, parts[i].package, parts[i].option);
}

int cmd_formats(int argc, char **argv)
{
	struct output output;

	if (argc > 1 && strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-h") != 0) {
		complain("'dismal formats' takes no argument '%s'", argv[1]);
		return EXIT_BAD_USAGE;
	}
	if (output_standard(&output) != ST_OK)
		return outcome_failed(ST_NOMEM);
	if (argc > 1) {
		fputs("usage: dismal formats\n\nLists what this build reads and writes, the "
		      "versions "
		      "of its libraries, and what it lacks.\n",
			output.stream);
	} else {
		print_readers(output.stream);
		print_emitters(output.stream);
		print_libraries(output.stream);
		print_parts(output.stream);
	}
	return output_close(&output) == ST_OK ? EXIT_DONE : EXIT_INTERNAL;
}
