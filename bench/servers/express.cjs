'use strict';
const express = require('express');

const app = express();
app.get('/users', (request, response) => response.json([{ name: 'Ada' }]));
module.exports = app;
