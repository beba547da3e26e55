-- A link's condition: the person or genre of this name.
walk.{column} = (SELECT id FROM {names} WHERE key = {key})
