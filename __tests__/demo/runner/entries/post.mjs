// Stands in for the action's post: shows the state it was given.
console.log(`lock is ${process.env.STATE_lock}`);
