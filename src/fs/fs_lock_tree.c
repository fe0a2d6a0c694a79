/* SPDX-License-Identifier: MIT */
#include "fs/fs_lock_tree.h"

/* ----------------------------------------------------------------- balance (AVL) -- */

static int height_of(const struct fs_lock *lock)
{
	return lock != NULL ? lock->height : 0;
}

static void gather(struct fs_lock *lock, const struct fs_lock *child)
{
	if (child == NULL)
		return;
	if (child->height >= lock->height)
		lock->height = child->height + 1;
	if (child->last_below > lock->last_below)
		lock->last_below = child->last_below;
	if (child->owner_below != lock->owner_below)
		lock->owner_below = NULL;
}

/* What it knows of those below, from its two children. */
static void update(struct fs_lock *lock)
{
	lock->height = 1;
	lock->last_below = fs_range_last(lock->offset, lock->length);
	lock->owner_below = lock->owner;
	gather(lock, lock->left);
	gather(lock, lock->right);
}

static struct fs_lock *turn_right(struct fs_lock *top)
{
	struct fs_lock *left = top->left;

	top->left = left->right;
	left->right = top;
	update(top);
	update(left);
	return left;
}

static struct fs_lock *turn_left(struct fs_lock *top)
{
	struct fs_lock *right = top->right;

	top->right = right->left;
	right->left = top;
	update(top);
	update(right);
	return right;
}

/* Its children differ by two at most; what stands here then. */
static struct fs_lock *balanced(struct fs_lock *top)
{
	int lean = height_of(top->left) - height_of(top->right);

	if (lean > 1) {
		if (height_of(top->left->left) < height_of(top->left->right))
			top->left = turn_left(top->left);
		return turn_right(top);
	}
	if (lean < -1) {
		if (height_of(top->right->right) < height_of(top->right->left))
			top->right = turn_right(top->right);
		return turn_left(top);
	}
	update(top);
	return top;
}

/* ---------------------------------------------------------------------------- order -- */

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By range, then by owner: so that one of his with this range is found. */
static int compare_to(const struct fs_lock *lock, const struct fs_file *owner,
		      struct fs_range range)
{
	int way = order(range.offset, lock->offset);

	if (way == 0)
		way = order(range.length, lock->length);
	if (way == 0)
		way = order((uintptr_t)owner, (uintptr_t)lock->owner);
	return way;
}

/* And who has the same range several times has each in a place of its own. */
static int compare(const struct fs_lock *a, const struct fs_lock *b)
{
	int way = compare_to(b, a->owner, (struct fs_range){a->offset, a->length});

	return way != 0 ? way : order((uintptr_t)a, (uintptr_t)b);
}

/* ------------------------------------------------------------------------ the tree -- */

static struct fs_lock *add(struct fs_lock *top, struct fs_lock *lock)
{
	if (top == NULL)
		return lock;
	if (compare(lock, top) < 0)
		top->left = add(top->left, lock);
	else
		top->right = add(top->right, lock);
	return balanced(top);
}

void fs_lock_tree_add(struct fs_lock **root, struct fs_lock *lock)
{
	lock->left = NULL;
	lock->right = NULL;
	update(lock);
	*root = add(*root, lock);
}

static struct fs_lock *take_first(struct fs_lock *top, struct fs_lock **first)
{
	if (top->left == NULL) {
		*first = top;
		return top->right;
	}
	top->left = take_first(top->left, first);
	return balanced(top);
}

static struct fs_lock *without(struct fs_lock *top, const struct fs_lock *lock)
{
	int way = compare(lock, top);
	struct fs_lock *next;

	if (way < 0) {
		top->left = without(top->left, lock);
		return balanced(top);
	}
	if (way > 0) {
		top->right = without(top->right, lock);
		return balanced(top);
	}
	if (top->right == NULL)
		return top->left;
	top->right = take_first(top->right, &next);
	next->left = top->left;
	next->right = top->right;
	return balanced(next);
}

void fs_lock_tree_remove(struct fs_lock **root, const struct fs_lock *lock)
{
	*root = without(*root, lock);
}

struct fs_lock *fs_lock_tree_find(struct fs_lock *root, const struct fs_file *owner,
				  struct fs_range range)
{
	while (root != NULL) {
		int way = compare_to(root, owner, range);

		if (way == 0)
			return root;
		root = way < 0 ? root->left : root->right;
	}
	return NULL;
}

bool fs_lock_tree_meets(const struct fs_lock *top, struct fs_range range,
			const struct fs_file *but)
{
	uint64_t last = fs_range_last(range.offset, range.length);

	if (top == NULL || top->last_below < range.offset ||
	    (but != NULL && top->owner_below == but))
		return false;
	if (fs_lock_tree_meets(top->left, range, but))
		return true;
	if (top->offset > last)
		return false; /* and so have all to its right */
	if (top->owner != but && range.offset <= fs_range_last(top->offset, top->length))
		return true;
	return fs_lock_tree_meets(top->right, range, but);
}
