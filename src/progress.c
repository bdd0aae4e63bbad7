/* The progress bar. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_MS 100
#define CELLS     30

static uint64_t now_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, bool wanted)
{
	*progress = (struct progress){
		.on = wanted && isatty(STDERR_FILENO),
		.drawn_at = now_ms(), /* a short run draws nothing */
	};
}

static void draw_bar(uint64_t done, uint64_t total)
{
	char bar[CELLS + 1];
	double part = done < total ? (double)done / (double)total : 1;

	memset(bar, '-', CELLS);
	memset(bar, '#', (size_t)(part * CELLS));
	bar[CELLS] = '\0';
	fprintf(stderr, "\r[%s] %3.0f %% of %.1f MB\033[K", bar, part * 100, (double)total / 1e6);
}

void progress_update(void *self, uint64_t done, uint64_t total)
{
	struct progress *progress = self;
	uint64_t now;

	if (!progress->on)
		return;
	now = now_ms();
	if (now - progress->drawn_at < REDRAW_MS)
		return;
	progress->drawn_at = now;
	progress->drawn = true;
	if (total)
		draw_bar(done, total);
	else
		fprintf(stderr, "\r%.1f MB read\033[K", (double)done / 1e6);
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
