/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over files and the files of folders, without libFuzzer: each input in
 * a block of exactly its size.  Says what it runs, for a crash to have a name.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

/* libFuzzer's own limit is 4 KiB unless told; a seed is smaller than this. */
#define INPUT_MAX (1u << 20)

/* Folders in folders of a corpus: there are none. */
#define PATH_LENGTH_MAX 4096

static size_t inputs;

static int run_file(const char *path)
{
	static uint8_t bytes[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	uint8_t *exact;
	size_t n;

	if (file == NULL) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	n = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	exact = malloc(n > 0 ? n : 1);
	if (exact == NULL)
		return 1;
	memcpy(exact, bytes, n);
	(void)fprintf(stderr, "%s\n", path);
	(void)LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	inputs++;
	return 0;
}

static int run_folder(const char *path)
{
	char file[PATH_LENGTH_MAX];
	struct dirent *entry;
	DIR *dir = opendir(path);
	int failed = 0;

	if (dir == NULL)
		return 1;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		failed |= run_file(file);
	}
	(void)closedir(dir);
	return failed;
}

int main(int argc, char **argv)
{
	struct stat st;
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			failed |= run_folder(argv[i]);
		else
			failed |= run_file(argv[i]);
	}
	printf("%zu inputs\n", inputs);
	return failed || inputs == 0;
}
