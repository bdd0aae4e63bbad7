/* The table of outputs: emitters.def as a list, and finding one by name or extension. */
#include "emit/emitter.h"

static const struct emitter *const emitters[] = {
#define EMITTER(ident, name, extension, what) &emitter_##ident,
#include "emit/emitters.def"
#undef EMITTER
	NULL,
};

const struct emitter *emitter_find(struct slice name)
{
	for (size_t i = 0; emitters[i]; i++)
		if (slice_equal_nocase(slice_from(emitters[i]->name), name))
			return emitters[i];
	return NULL;
}

const struct emitter *emitter_find_extension(struct slice extension)
{
	for (size_t i = 0; emitters[i]; i++)
		if (slice_equal_nocase(slice_from(emitters[i]->extension), extension))
			return emitters[i];
	return NULL;
}

const struct emitter *const *emitter_all(void)
{
	return emitters;
}
